internal import Foundation
internal import ResourceAllocation

/// The file of a blanking problem: a radar that is predicted, and cells with their powers and what these are worth.
struct BlankingFile: Decodable {
    struct Radar: Decodable {
        var name: String
        var arrivalSeconds: Double
        var departureSeconds: Double
        var timeDeviationSeconds: Double
        var subbands: [Int]
        var gainDeviationDb: Double
        var limitDbm: Double
    }

    struct Cell: Decodable {
        var name: String
        var powerWatts: [Double]
        var worthPerBpsPerHz: [Double]
        var snrDb: [Double]
        var gainToRadarDb: Double
    }

    var name: String
    var subbands: Int
    var confidenceDeviations: Double
    var leadSeconds: Double
    var radar: Radar
    var cells: [Cell]

    private typealias Range = ResourceProblemRange

    /// What `format` says.
    static let format = "dtnet blanking problem 1"

    static let shape = JSONShape.object([
        .init("format", .choice([format]), nil, "what this file is"),
        .init("name", .text, nil, "name of the problem"),
        .init("subbands", .integer(Range.subbands), nil, "subbands of the cells, counted from 0"),
        .init(
            "confidence_deviations", .number(0...10), .number(1.645),
            "standard deviations by which the forecast is taken to be wrong"),
        .init("lead_seconds", .number(0...1e6), .number(0), "time from a decision to its effect"),
        .init("radar", radar, nil, "the radar that is predicted"),
        .init("cells", .list(cell, least: 1), nil, "cells, counted from 0"),
    ])

    private static let radar = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("arrival_seconds", .number(-1e9...1e9), nil, "when it begins to hear the network"),
        .init("departure_seconds", .number(-1e9...1e9), nil, "when it has gone"),
        .init("time_deviation_seconds", .number(0...1e6), .number(0), "standard deviation of both"),
        .init(
            "subbands", .list(.integer(0...Range.subbands.upperBound - 1), least: 1), nil, "subbands that it uses"),
        .init("gain_deviation_db", .number(Range.gainDeviationDb), .number(0), "standard deviation of its gains"),
        .init("limit_dbm", .number(Range.levelDbm), nil, "most interference on each of its subbands"),
    ])

    private static let cell = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init(
            "power_watts", .list(.number(Range.watts), least: 1), nil,
            "power without the radar: one value for each subband, or one for each of all"),
        .init(
            "worth_per_bps_per_hz", .list(.number(0...1e12), least: 1), nil,
            "value of a bit/s/Hz, marginal utility times bandwidth: one value for all subbands, or one for each"),
        .init(
            "snr_db", .list(.number(-200...200), least: 1), nil,
            "mean SNR of its users at that power: one value for all subbands, or one for each"),
        .init(
            "gain_to_radar_db", .number(Range.gainDb), nil, "path gain to the radar at its worst point on the way"),
    ])

    /// Reads and checks; an error names the file, the place in it and what is wrong.
    static func read(at path: String) throws -> BlankingFile {
        var file = try shape.read(
            BlankingFile.self, from: InputFile.data(at: path, mostMiB: JSONShape.mostMiB), name: path,
            what: "a blanking problem")
        func failure(_ place: String, _ words: String) -> ToolFailure {
            ToolFailure(.usage, "\(path): \(place): \(words)")
        }
        let count = file.subbands
        for (index, subband) in file.radar.subbands.enumerated() {
            let place = "radar.subbands[\(index)]"
            guard subband < count else { throw failure(place, "\(subband) is none of \(count) subbands from 0") }
            guard !file.radar.subbands.prefix(index).contains(subband) else {
                throw failure(place, "\(subband) is there twice")
            }
        }
        guard file.radar.departureSeconds >= file.radar.arrivalSeconds else {
            throw failure("radar.departure_seconds", "before arrival_seconds")
        }
        func filled(_ values: [Double], _ place: String) throws -> [Double] {
            if values.count == 1 { return Array(repeating: values[0], count: count) }
            if values.count == count { return values }
            throw failure(place, "\(values.count) values, 1 or \(count) are needed")
        }
        for index in file.cells.indices {
            let (cell, place) = (file.cells[index], "cells[\(index)]")
            file.cells[index].powerWatts = try filled(cell.powerWatts, "\(place).power_watts")
            file.cells[index].worthPerBpsPerHz = try filled(cell.worthPerBpsPerHz, "\(place).worth_per_bps_per_hz")
            file.cells[index].snrDb = try filled(cell.snrDb, "\(place).snr_db")
        }
        return file
    }

    /// The plan that keeps the radar's limit at the least loss.
    func plan() -> BlankingPlan {
        func linear(_ decibels: Double) -> Double { pow(10, decibels / 10) }
        let powers = cells.flatMap(\.powerWatts)
        let worth = BlankingPlan.Worth(
            powerWatts: powers, perEfficiency: cells.flatMap(\.worthPerBpsPerHz),
            snrPerWatt: zip(powers, cells.flatMap(\.snrDb)).map { $0 > 0 ? linear($1) / $0 : 0 })
        let forecast = BlankingPlan.Radar(
            arrivalSeconds: radar.arrivalSeconds, departureSeconds: radar.departureSeconds,
            timeDeviationSeconds: radar.timeDeviationSeconds, subbands: radar.subbands,
            gainFromCell: cells.map { linear($0.gainToRadarDb) }, gainDeviationDb: radar.gainDeviationDb,
            limitWatts: linear(radar.limitDbm - 30))
        return BlankingPlan(
            forecast, cells: cells.count, subbands: subbands, worth: worth, confidence: confidenceDeviations,
            leadSeconds: leadSeconds)
    }
}
