internal import Glibc
internal import RadioPropagation

/// Makes a scene of building footprints (GeoJSON): walls, flat roofs, a floor where a building begins above the ground,
/// and a ground plane at z = 0.
///
/// Heights are the first of `height`, `building:height` (metres), `building:levels` (times a level's height), else a
/// stated default; the foot is `min_height` or `building:min_level`. Footprints that cannot be built are left out and
/// noted: a map of a city always has a few.
struct FootprintReader {
    private let file: String
    private let options: FootprintOptions
    private var builder: SceneBuilder
    private var withoutHeight = 0
    private var unclosed = 0
    private var faults: [(text: String, feature: Int)] = []
    private var extent = SceneBounds.empty
    private let materials: (wall: Int, roof: Int)

    static func read(_ file: String, options: FootprintOptions) throws(SceneFileError) -> Scene {
        let map = try FootprintFile.decode(try FileBytes.read(file), file: file)
        var reader = try FootprintReader(file: file, options: options)
        return try reader.build(map)
    }

    private init(file: String, options: FootprintOptions) throws(SceneFileError) {
        self.file = file
        self.options = options
        let stem = file.split(separator: "/").last.map(String.init) ?? file
        builder = SceneBuilder(name: stem.split(separator: ".").first.map(String.init) ?? stem)
        let wall = try FootprintReader.material(options.wallMaterial, file)
        let roof = try FootprintReader.material(options.roofMaterial, file)
        materials = (builder.index(of: wall), builder.index(of: roof))
    }

    private static func material(_ name: String, _ file: String) throws(SceneFileError) -> RadioMaterial {
        do throws(RadioMaterialError) {
            return try ITUMaterials.material(named: name)
        } catch {
            throw SceneFileError(file, error.description)
        }
    }

    private mutating func build(_ map: FootprintFile) throws(SceneFileError) -> Scene {
        let project = try projection(map)
        var ignored = 0
        for (number, feature) in map.features.enumerated() {
            guard let geometry = feature.geometry, !geometry.polygons.isEmpty else {
                ignored += 1
                continue
            }
            let name = feature.id?.text ?? feature.properties?["name"]?.text ?? "building-\(number)"
            for (part, polygon) in geometry.polygons.enumerated() {
                let rings = polygon.map { $0.map { project(SIMD2($0[0], $0[1])) } }
                unclosed += polygon.count { $0.first != $0.last }
                let whole = geometry.polygons.count == 1 ? name : "\(name)_\(part)"
                if FootprintReader.isFoliage(feature.properties ?? [:]) {
                    addFoliage(rings, feature.properties ?? [:], name: whole, number: number)
                    continue
                }
                try add(rings, feature.properties ?? [:], name: whole, number: number)
            }
        }
        if ignored > 0 { builder.note("ignored \(ignored) features that are no polygons") }
        guard builder.triangleCount > 0 || builder.foliageCount > 0 else {
            throw SceneFileError(file, "holds no building that can be built")
        }
        try addGround()
        noteWhatWasAssumed()
        return builder.scene()
    }

    private mutating func noteWhatWasAssumed() {
        if withoutHeight > 0 {
            builder.note("\(withoutHeight) buildings say no height: taken as \(options.heightMetres) m")
        }
        if unclosed > 0 { builder.note("\(unclosed) outlines do not end where they began: closed") }
        var reasons: [String] = []
        for fault in faults where !reasons.contains(fault.text) { reasons.append(fault.text) }
        for reason in reasons {
            let features = faults.filter { $0.text == reason }.map(\.feature)
            builder.note("left out \(features.count) footprints with \(reason), first feature \(features[0])")
        }
    }

    // MARK: - Coordinates

    private mutating func projection(
        _ map: FootprintFile
    ) throws(SceneFileError) -> (SIMD2<Double>) -> SIMD2<Double> {
        var low = SIMD2<Double>(repeating: .infinity)
        var high = SIMD2<Double>(repeating: -.infinity)
        for (number, feature) in map.features.enumerated() {
            for (ring, points) in (feature.geometry?.polygons ?? []).flatMap({ $0 }).enumerated() {
                for (index, point) in points.enumerated() {
                    guard point.count >= 2, point[0].isFinite, point[1].isFinite else {
                        throw SceneFileError(
                            file, .part("feature \(number), ring \(ring), point \(index)"), "is no point: \(point)")
                    }
                    low = pointwiseMin(low, SIMD2(point[0], point[1]))
                    high = pointwiseMax(high, SIMD2(point[0], point[1]))
                }
            }
        }
        guard low.x <= high.x else { throw SceneFileError(file, "holds no polygon") }
        // To a tenth of a metre or better, so that the note says it exactly.
        let origin = options.origin ?? ((low + high) / 2 * 1e6).rounded(.toNearestOrEven) / 1e6
        let fitsDegrees = low.x >= -180 && high.x <= 180 && low.y >= -90 && high.y <= 90
        let isMetres =
            options.coordinates == .metres
            || (options.coordinates == .automatic && (map.projection != nil || !fitsDegrees))
        if isMetres {
            builder.note("coordinates taken as metres; (0, 0) is x \(origin.x), y \(origin.y)")
            return { $0 - origin }
        }
        guard fitsDegrees else { throw SceneFileError(file, "coordinates beyond 180 or 90 degrees: are they metres?") }
        builder.note("coordinates taken as degrees; (0, 0) is longitude \(origin.x), latitude \(origin.y)")
        let plane = TangentPlane(origin: origin)
        return { plane($0) }
    }

    // MARK: - Buildings

    private mutating func add(
        _ rings: [[SIMD2<Double>]], _ properties: [String: FootprintFile.Scalar], name: String, number: Int
    ) throws(SceneFileError) {
        let footprint: Footprint
        do throws(Footprint.Fault) {
            footprint = try Footprint(rings)
        } catch {
            faults.append((error.text, number))
            return
        }
        guard let (foot, top) = heights(properties) else {
            faults.append(("a height that is no number above their foot", number))
            return
        }
        addWalls(footprint, foot: foot, top: top, name: name)
        let points = footprint.rings.flatMap { $0 }
        for point in points { extent.include(SIMD3(point.x, point.y, 0)) }
        let roof = points.map { SIMD3(Float($0.x), Float($0.y), Float(top)) }
        builder.add(name: "\(name)-roof", material: materials.roof, vertices: roof, triangles: footprint.triangles)
        guard foot > 0 else { return }
        let floor = points.map { SIMD3(Float($0.x), Float($0.y), Float(foot)) }
        let turned = footprint.triangles.map { SIMD3($0.x, $0.z, $0.y) }
        builder.add(name: "\(name)-floor", material: materials.wall, vertices: floor, triangles: turned)
    }

    private mutating func addWalls(_ footprint: Footprint, foot: Double, top: Double, name: String) {
        var vertices: [SIMD3<Float>] = []
        var triangles: [SIMD3<UInt32>] = []
        for ring in footprint.rings {
            let base = UInt32(vertices.count)
            let count = UInt32(ring.count)
            for point in ring {
                vertices.append(SIMD3(Float(point.x), Float(point.y), Float(foot)))
                vertices.append(SIMD3(Float(point.x), Float(point.y), Float(top)))
            }
            for index in 0..<count {
                let (here, next) = (base + 2 * index, base + 2 * ((index + 1) % count))
                triangles += [SIMD3(here, next, next + 1), SIMD3(here, next + 1, here + 1)]
            }
        }
        builder.add(name: "\(name)-walls", material: materials.wall, vertices: vertices, triangles: triangles)
    }

    /// Foot and top in metres; nil where they make no building.
    private mutating func heights(_ properties: [String: FootprintFile.Scalar]) -> (Double, Double)? {
        func metres(_ key: String) -> Double?? {
            guard let text = properties[key]?.text else { return .none }
            return .some(FootprintReader.metres(text))
        }
        var foot = 0.0
        if let given = metres("min_height") {
            guard let given else { return nil }
            foot = given
        } else if let level = metres("building:min_level") {
            guard let level else { return nil }
            foot = level * options.levelHeightMetres
        }
        var top = options.heightMetres
        if let given = metres("height") ?? metres("building:height") {
            guard let given else { return nil }
            top = given
        } else if let levels = metres("building:levels") {
            guard let levels else { return nil }
            top = levels * options.levelHeightMetres
        } else {
            withoutHeight += 1
        }
        return foot >= 0 && top > foot && top < 2_000 ? (foot, top) : nil
    }

    /// A length as OpenStreetMap has it: metres without a unit or with `m`, feet with `ft`, or `'` and then inches with
    /// `"`; nil for anything else. Levels have no unit.
    private static func metres(_ text: String) -> Double? {
        func number(_ part: Substring) -> Double? {
            Double(part.filter { $0 != " " }.replacing(",", with: ".")).flatMap { $0.isFinite ? $0 : nil }
        }
        let figures = text.prefix { !$0.isLetter && $0 != "'" }
        guard let value = number(figures) else { return nil }
        switch text[figures.endIndex...].filter({ $0 != " " }) {
        case "", "m": return value
        case "ft", "'": return value * footMetres
        case let rest where rest.hasPrefix("'") && rest.hasSuffix("\""):
            return number(rest.dropFirst().dropLast()[...]).map { (value + $0 / 12) * footMetres }
        default: return nil
        }
    }

    /// Of an international foot.
    private static let footMetres = 0.3048

    // MARK: - Trees

    /// Values of OpenStreetMap's `natural` and `landuse` that stand for trees.
    private static let trees = ["wood", "tree_row", "tree_group", "forest", "orchard"]

    private static func isFoliage(_ properties: [String: FootprintFile.Scalar]) -> Bool {
        ["natural", "landuse"].contains { key in properties[key]?.text.map(trees.contains) ?? false }
    }

    /// Trees over the outlines, from `min_height` (0 m) to `height`, else to a stated default.
    private mutating func addFoliage(
        _ rings: [[SIMD2<Double>]], _ properties: [String: FootprintFile.Scalar], name: String, number: Int
    ) {
        let footprint: Footprint
        do throws(Footprint.Fault) {
            footprint = try Footprint(rings)
        } catch {
            faults.append((error.text, number))
            return
        }
        func metres(_ key: String, otherwise value: Double) -> Double? {
            guard let text = properties[key]?.text else { return value }
            return FootprintReader.metres(text)
        }
        guard let foot = metres("min_height", otherwise: 0),
            let top = metres("height", otherwise: options.treeHeightMetres), foot >= 0, top > foot, top < 200
        else {
            faults.append(("a height that is no number above their foot", number))
            return
        }
        for point in footprint.rings.flatMap({ $0 }) { extent.include(SIMD3(point.x, point.y, 0)) }
        builder.add(FoliageVolume(name: name, rings: footprint.rings, footMetres: foot, topMetres: top))
    }

    // MARK: - Ground

    private mutating func addGround() throws(SceneFileError) {
        let margin = options.groundMarginMetres
        let (low, high) = (extent.minimum - margin, extent.maximum + margin)
        let corners = [(low.x, low.y), (high.x, low.y), (high.x, high.y), (low.x, high.y)]
        let ground = try FootprintReader.material(options.groundMaterial, file)
        builder.add(
            name: "ground", material: builder.index(of: ground),
            vertices: corners.map { SIMD3(Float($0.0), Float($0.1), 0) }, triangles: [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
    }
}
