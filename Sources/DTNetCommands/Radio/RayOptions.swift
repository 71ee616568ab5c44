internal import ArgumentParser
internal import Foundation
internal import Measurements
internal import RadioPropagation
internal import SceneFiles

/// What the ray-traced baseline of `dtnet radio fit` needs.
struct RayOptions: ParsableArguments {
    @Option(help: "Scene of the ray-traced baseline: .xml (Mitsuba) or .geojson.", completion: .file())
    var scene: String?

    @Option(help: "CSV of the cells' antennas: cell,x_m,y_m,z_m in the scene's axes.", completion: .file())
    var sites: String?

    @Option(help: "Carrier frequency of the ray-traced baseline, e.g. 3.5GHz.", transform: RayOptions.frequency)
    var frequency: Double?

    @Option(help: "Reflections of one path, at most.")
    var depth = 3

    @Option(
        help: "What paths may do: los,specular,diffraction,transmission,diffuse.",
        transform: RayOptions.interactions)
    var interactions: Interactions = [.lineOfSight, .specular, .diffraction]

    @Option(help: "Transmitted power that the readings hold, dBm (default: 0, readings are gains).")
    var power = 0.0

    @Option(
        parsing: .unconditional,
        help: "Scene's origin in the files' coordinates: latitude,longitude in degrees, or x,y in metres.")
    var origin: String?

    func check(isNeeded: Bool) throws {
        let given = [scene != nil, sites != nil, frequency != nil]
        if isNeeded && given.contains(false) {
            throw ValidationError("--baseline ray needs --scene, --sites and --frequency")
        }
        if !isNeeded && given.contains(true) {
            throw ValidationError("--scene, --sites and --frequency belong to --baseline ray")
        }
        guard (0...20).contains(depth) else { throw ValidationError("--depth is \(depth), not 0 to 20") }
    }

    /// The frame in which the scene's axes are those of the readings.
    func frame(of layout: MeasurementLayout) throws -> Frame? {
        guard let origin else { return scene == nil ? nil : .metres(originX: 0, originY: 0) }
        let parts = origin.split(separator: ",").compactMap { Double($0) }
        guard parts.count == 2, parts.allSatisfy(\.isFinite) else {
            throw ToolFailure(.usage, "--origin: '\(origin)' is not two numbers with a comma between")
        }
        if case .degrees = layout.coordinates { return .geodetic(latitude: parts[0], longitude: parts[1]) }
        return .metres(originX: parts[0], originY: parts[1])
    }

    func baseline(cells: [String]) throws -> RayTracedBaseline {
        guard let scene, let sites, let frequency else { throw ToolFailure(.usage, "--baseline ray without --scene") }
        var set = MeasurementSet()
        set.cells = cells
        set.frame = .metres(originX: 0, originY: 0)
        var layout = MeasurementLayout(
            coordinates: .metres(x: "x_m", y: "y_m"), time: .none, reading: "z_m", cell: "cell")
        layout.height = "z_m"
        layout.range = -1_000...100_000
        do {
            try MeasurementReader(layout).read(sites, into: &set)
            let loaded = try SceneFile.load(scene)
            let index = try SceneIndex(loaded)
            let fields = try FieldSolver(scene: loaded, faces: index.faces, frequencyHz: frequency)
            let places = try cells.indices.map { cell in
                guard let row = set.rows.first(where: { Int($0.cell) == cell }) else {
                    throw ToolFailure(.usage, "\(sites): no row of cell '\(cells[cell])'")
                }
                return row.position
            }
            return RayTracedBaseline(
                index: index, fields: fields, settings: PathSettings(maxDepth: depth, interactions: interactions),
                sites: places, powerDbm: power)
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure(.usage, "\(error)")
        }
    }

    // MARK: - Values

    private static func frequency(_ text: String) throws -> Double {
        let units: [(name: String, hertz: Double)] = [("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9), ("Hz", 1)]
        guard let unit = units.first(where: { text.hasSuffix($0.name) }),
            let number = Double(text.dropLast(unit.name.count)), (1e6...1e12).contains(number * unit.hertz)
        else {
            throw ValidationError("'\(text)' is no frequency from 1 MHz to 1 THz: write e.g. 3.5GHz")
        }
        return number * unit.hertz
    }

    private static func interactions(_ text: String) throws -> Interactions {
        let names: [(name: String, value: Interactions)] = [
            ("los", .lineOfSight), ("specular", .specular), ("diffraction", .diffraction),
            ("transmission", .transmission), ("diffuse", .diffuse),
        ]
        return try text.split(separator: ",").reduce(into: Interactions()) { all, word in
            guard let known = names.first(where: { $0.name == word }) else {
                throw ValidationError("'\(word)' is no interaction: los, specular, diffraction, transmission, diffuse")
            }
            all.insert(known.value)
        }
    }
}
