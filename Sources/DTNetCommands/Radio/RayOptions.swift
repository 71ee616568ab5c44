internal import ArgumentParser
internal import Foundation
internal import Learning
internal import Measurements
internal import RadioPropagation
internal import SceneFiles

/// What the ray-traced baseline of `dtnet radio fit` needs.
struct RayOptions: ParsableArguments {
    @Option(help: "Scene of the ray-traced baseline: .xml (Mitsuba) or .geojson.", completion: .file())
    var scene: String?

    @Option(
        help: ArgumentHelp(
            "CSV of the cells' antennas: cell,x_m,y_m,z_m in the scene's axes.",
            discussion: "And, where given, antenna, bearing_deg, downtilt_deg, slant_deg: what a row leaves empty "
                + "takes the options below. An edge takes tr38901 for a cell with an azimuth."),
        completion: .file())
    var sites: String?

    @Option(
        help: "Antenna of the cells: isotropic, short-dipole, dipole or tr38901 (isotropic).",
        transform: { try RadioArguments.choice($0) as AntennaPattern })
    var antenna: AntennaPattern?

    @Option(parsing: .unconditional, help: "Bearing of the antennas from the x axis towards y, degrees (0).")
    var bearing: Double?

    @Option(parsing: .unconditional, help: "Tilt of the antennas below the horizon, degrees (0).")
    var downtilt: Double?

    @Option(parsing: .unconditional, help: "Slant of their polarisation: 0 vertical, 90 horizontal, degrees (0).")
    var slant: Double?

    @Option(help: "Carrier frequency of the ray-traced baseline, e.g. 3.5GHz.", transform: RayOptions.frequency)
    var frequency: Double?

    @Option(help: "Reflections of one path, at most.")
    var depth = 3

    @Option(
        help: "What paths may do: los,specular,diffraction,transmission,diffuse.",
        transform: RadioArguments.interactions)
    var interactions: Interactions = [.lineOfSight, .specular, .diffraction]

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Footprints: what becomes (0, 0), as longitude,latitude or x,y.",
            discussion: "As --origin of the other radio commands. Without it --origin where the readings are in "
                + "degrees, else the centre of all footprints."), transform: SceneOptions.point)
    var sceneOrigin: SIMD2<Double>?

    @Flag(help: "Footprints: coordinates are metres, whatever their size.")
    var sceneMetres = false

    @OptionGroup var content: SceneContentOptions

    func check(isNeeded: Bool) throws {
        let given = [scene != nil, sites != nil, frequency != nil]
        if isNeeded && given.contains(false) {
            throw ValidationError("--baseline ray needs --scene, --sites and --frequency")
        }
        if !isNeeded && given.contains(true) {
            throw ValidationError("--scene, --sites and --frequency belong to --baseline ray")
        }
        if !isNeeded && (sceneOrigin != nil || sceneMetres || content.edits != nil) {
            throw ValidationError("--scene-origin, --scene-metres and --edits belong to --baseline ray")
        }
        let angles = [bearing, downtilt, slant].compactMap(\.self)
        if !isNeeded && (antenna != nil || !angles.isEmpty) {
            throw ValidationError("--antenna, --bearing, --downtilt and --slant belong to --baseline ray")
        }
        guard angles.allSatisfy(\.isFinite) else {
            throw ValidationError("--bearing, --downtilt and --slant are degrees")
        }
        guard (0...20).contains(depth) else { throw ValidationError("--depth is \(depth), not 0 to 20") }
    }

    /// How a scene of footprints is read: with readings in degrees it has their origin, so that they fit.
    private func footprints(in frame: Frame?) -> FootprintOptions {
        var shared: SIMD2<Double>?
        if case .geodetic(let latitude, let longitude)? = frame, !sceneMetres { shared = SIMD2(longitude, latitude) }
        var options = content.footprints(origin: sceneOrigin ?? shared, isInMetres: sceneMetres)
        if sceneOrigin == nil, shared != nil { options.coordinates = .degrees }
        return options
    }

    /// - Parameter frame: that of the readings.
    func baseline(cells: [String], frame: Frame?) throws -> RayTracedBaseline {
        guard let scene, let sites, let frequency else { throw ToolFailure(.usage, "--baseline ray without --scene") }
        do {
            let places = try RayOptions.sites(in: sites, of: cells)
            let loaded = try SceneFile.load(scene, footprints: footprints(in: frame))
            let index = try SceneIndex(loaded)
            let fields = try FieldSolver(scene: loaded, faces: index.faces, frequencyHz: frequency)
            var baseline = RayTracedBaseline(
                index: index, fields: fields, settings: PathSettings(maxDepth: depth, interactions: interactions),
                sites: places)
            baseline.antennas = try antennas(in: sites, of: cells)
            // The parameters are those of the drawing, as an edge has them: a material of an edit gets none.
            if let edited = try content.edited(loaded) {
                let index = try SceneIndex(edited)
                let fields = try FieldSolver(scene: edited, faces: index.faces, frequencyHz: frequency)
                baseline.replaceScene(by: index, fields: fields)
            }
            return baseline
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure(.usage, "\(error)")
        }
    }

    /// How the antennas of cells radiate, by the rows of their file, else by the options.
    private func antennas(in path: String, of cells: [String]) throws -> [Antenna] {
        let text = String(decoding: try InputFile.data(at: path, mostMiB: 4), as: UTF8.self)
        let defaults = TransmitterFile.Defaults(
            powerDbm: 0, antenna: antenna ?? .isotropic, bearing: bearing ?? 0, downtilt: downtilt ?? 0,
            slant: slant ?? 0)
        do {
            return try TransmitterFile.antennas(parsing: text, of: cells, defaults: defaults)
        } catch {
            throw ToolFailure(.usage, "\(path):\(error)")
        }
    }

    /// Where the antennas of cells stand, metres in the scene's axes. Every row of the file counts: a cell without a
    /// place would be fitted to no path at all.
    private static func sites(in path: String, of cells: [String]) throws -> [SIMD3<Double>?] {
        var set = MeasurementSet()
        set.cells = cells
        set.frame = .metres(originX: 0, originY: 0)
        var layout = MeasurementLayout(
            coordinates: .metres(x: "x_m", y: "y_m"), time: .none, reading: "z_m", cell: "cell")
        layout.height = "z_m"
        layout.range = -1_000...100_000
        try MeasurementReader(layout).read(path, into: &set)
        if let bad = set.leftOut.first {
            throw ToolFailure(
                .usage,
                "\(bad.first): a site needs a cell, x_m, y_m and z_m: numbers, metres in the scene's axes, at most "
                    + "1,000 km from its (0, 0) and 300 km from the other sites")
        }
        var places: [SIMD3<Double>?] = set.cells.map { _ in nil }
        for row in set.rows {
            guard places[Int(row.cell)] == nil else {
                throw ToolFailure(
                    .usage, "\(path):\(row.line): a second row of cell '\(set.cells[Int(row.cell)])': leave one")
            }
            places[Int(row.cell)] = row.position
        }
        if let missing = cells.indices.first(where: { places[$0] == nil }) {
            throw ToolFailure(.usage, "\(path): no row of cell '\(cells[missing])'")
        }
        return Array(places.prefix(cells.count))
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
}
