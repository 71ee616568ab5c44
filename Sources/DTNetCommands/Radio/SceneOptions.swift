internal import ArgumentParser
internal import RadioPropagation
internal import SceneFiles

/// The scene that a radio command works on, and how to read it.
struct SceneOptions: ParsableArguments {
    @Argument(
        help: "Scene: Mitsuba XML with PLY meshes as Sionna RT ships them, or building footprints as GeoJSON.",
        completion: .file(extensions: ["xml", "geojson", "json"]))
    var scene: String

    @Option(
        parsing: .unconditional,
        help: "Footprints: what becomes (0, 0), as longitude,latitude or x,y; their centre by default.",
        transform: SceneOptions.point)
    var origin: SIMD2<Double>?

    @Flag(help: "Footprints: coordinates are metres, whatever their size.")
    var metres = false

    @OptionGroup var content: SceneContentOptions

    /// - Throws: `ToolFailure` with status `usage` and the place in the file.
    func load() throws -> Scene {
        do {
            let drawn = try SceneFile.load(scene, footprints: content.footprints(origin: origin, isInMetres: metres))
            return try content.edited(drawn) ?? drawn
        } catch {
            throw ToolFailure(.usage, error.description)
        }
    }

    static func point(_ text: String) throws -> SIMD2<Double> {
        let numbers = text.split(separator: ",").compactMap { Double($0) }.filter(\.isFinite)
        guard numbers.count == 2, text.split(separator: ",").count == 2 else {
            throw ValidationError("'\(text)' is no point: write two numbers, e.g. 11.575,48.137")
        }
        return SIMD2(numbers)
    }
}

/// What a radio command adds to a scene that it reads.
struct SceneContentOptions: ParsableArguments {
    @Option(help: "Footprints: height in metres of buildings that say none.")
    var buildingHeight = 10.0

    @Option(
        help: "JSON file of what came to the scene and what is gone, as running edges follow it (twin.scene_edits).",
        completion: .file(extensions: ["json"]))
    var edits: String?

    func validate() throws {
        guard buildingHeight > 0, buildingHeight < 2_000 else {
            throw ValidationError("--building-height is more than 0 and less than 2000 m")
        }
    }

    /// How footprints are read: `origin` (their centre if nil) becomes (0, 0), longitude and latitude or x and y.
    func footprints(origin: SIMD2<Double>?, isInMetres: Bool) -> FootprintOptions {
        var footprints = FootprintOptions()
        footprints.origin = origin
        footprints.heightMetres = buildingHeight
        if isInMetres { footprints.coordinates = .metres }
        return footprints
    }

    /// The scene with the edits; nil where none are named.
    func edited(_ scene: Scene) throws(SceneFileError) -> Scene? {
        guard let edits else { return nil }
        return try SceneEdits.read(edits).applied(to: scene, file: edits)
    }
}

extension ToolArguments {
    private static let frequencyUnits: [(name: String, hertz: Double)] = [
        ("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3), ("Hz", 1),
    ]

    /// A frequency in Hz, with its unit: `3.5GHz`, `700MHz`; 1 MHz to 1 THz.
    package static func frequency(_ text: String) throws -> Double {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Double(digits), let known = frequencyUnits.first(where: { $0.name == unit }) else {
            throw ValidationError("'\(text)' is no frequency: write a number with GHz, MHz, kHz or Hz, e.g. 3.5GHz")
        }
        let hertz = number * known.hertz
        guard (1e6...1e12).contains(hertz) else { throw ValidationError("'\(text)' is not in 1 MHz to 1 THz") }
        return hertz
    }
}
