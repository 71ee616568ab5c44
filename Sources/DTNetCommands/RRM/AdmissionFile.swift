internal import ResourceAllocation

/// The file of a slice admission: cells with the PRBs that slices may reserve, and slices with what they ask for.
struct AdmissionFile: Decodable {
    struct Cell: Decodable {
        var name: String
        var capacityPrbs: Double
    }

    struct Slice: Decodable {
        var name: String
        var guaranteedPrbs: [Double]
        var value: Double
        var inForce: Bool
    }

    var name: String
    var cells: [Cell]
    var slices: [Slice]

    /// What `format` says.
    static let format = "dtnet slice admission 1"

    static let shape = JSONShape.object([
        .init("format", .choice([format]), nil, "what this file is"),
        .init("name", .text, nil, "name of the problem"),
        .init("cells", .list(cell, least: 1), nil, "cells, counted from 0"),
        .init("slices", .list(slice, least: 0), nil, "slices in force and slices asked for, counted from 0"),
    ])

    private static let cell = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("capacity_prbs", .number(0...1e6), nil, "PRBs that slices may reserve"),
    ])

    private static let slice = JSONShape.object([
        .init("name", .text, nil, "name, no other slice's"),
        .init(
            "guaranteed_prbs", .list(.number(0...1e6), least: 1), nil,
            "PRBs guaranteed: one value for all cells, or one per cell"),
        .init(
            "value", .number(0...1e9), .number(1),
            "what admitting it is worth; in force, what giving up its whole guarantee costs"),
        .init("in_force", .boolean, .flag(false), "whether it holds its PRBs already"),
    ])

    /// Reads and checks; an error names the file, the place in it and what is wrong.
    static func read(at path: String) throws -> AdmissionFile {
        var file = try shape.read(
            AdmissionFile.self, from: InputFile.data(at: path, mostMiB: JSONShape.mostMiB), name: path,
            what: "a slice admission")
        var names: Set<String> = []
        for index in file.slices.indices {
            let slice = file.slices[index]
            guard names.insert(slice.name).inserted else {
                throw ToolFailure(.usage, "\(path): slices[\(index)].name: '\(slice.name)' is there twice")
            }
            let count = slice.guaranteedPrbs.count
            guard count == 1 || count == file.cells.count else {
                throw ToolFailure(
                    .usage,
                    "\(path): slices[\(index)].guaranteed_prbs: \(count) values, 1 or \(file.cells.count) are needed")
            }
            if count == 1 {
                file.slices[index].guaranteedPrbs = Array(repeating: slice.guaranteedPrbs[0], count: file.cells.count)
            }
        }
        return file
    }

    /// The problem itself.
    func admission() throws -> SliceAdmission {
        do {
            return try SliceAdmission(
                capacityPRBs: cells.map(\.capacityPrbs),
                requests: slices.map {
                    .init(
                        name: $0.name, guaranteedPRBs: $0.guaranteedPrbs, value: $0.value, isInForce: $0.inForce)
                })
        } catch {
            // The shape has the same bounds.
            throw ToolFailure(.usage, "\(name): \(error)")
        }
    }
}
