internal import RadioPropagation

/// Reads scenes as Mitsuba 3 and Sionna RT write them: XML with materials and shapes, PLY meshes beside it.
///
/// Read are `bsdf`, `shape` (`ply`, `rectangle`, `cube`, `merge`) with `to_world`, `default` and `include`. Cameras,
/// lights and the like are counted and noted. A shape of another kind is an error: a scene without it would be wrong.
struct MitsubaReader {
    private var materials = MitsubaMaterials()
    private var shapes: [MitsubaPart] = []
    private var defaults: [String: String] = [:]
    private var ignored: [String: Int] = [:]
    private var meshes: [String: PLYMesh] = [:]
    private var builder: SceneBuilder

    /// An include inside an include and so on: this many at most.
    static let maximumIncludes = 8
    /// More triangles than this are refused.
    static let maximumTriangles = 100_000_000

    static func read(_ file: String) throws(SceneFileError) -> Scene {
        let stem = file.split(separator: "/").last.map(String.init) ?? file
        var reader = MitsubaReader(name: stem.hasSuffix(".xml") ? String(stem.dropLast(4)) : stem)
        try reader.collect(file, depth: 0)
        for shape in reader.shapes { try reader.add(shape) }
        reader.materials.notes.forEach { reader.builder.note($0) }
        for (name, count) in reader.ignored.sorted(by: { $0.key < $1.key }) {
            reader.builder.note("ignored \(count) <\(name)>")
        }
        guard reader.builder.triangleCount > 0 else {
            throw SceneFileError(file, "the scene has no triangle of any area")
        }
        return reader.builder.scene()
    }

    private init(name: String) {
        builder = SceneBuilder(name: name)
    }

    // MARK: - First pass: what there is

    private mutating func collect(_ file: String, depth: Int) throws(SceneFileError) {
        let bytes = try FileBytes.read(file)
        let root = try XMLReader.read(bytes, file: file)
        let source = MitsubaSource(file: file, bytes: bytes)
        guard root.name == "scene" else {
            throw MitsubaPart(node: root, source: source, defaults: [:]).fault("<\(root.name)> where <scene> belongs")
        }
        for node in root.children {
            let part = MitsubaPart(node: node, source: source, defaults: defaults)
            switch node.name {
            case "bsdf": try materials.add(part)
            case "shape": shapes.append(part)
            case "default":
                let name = try part.required("name")
                if defaults[name] == nil { defaults[name] = try part.required("value") }
            case "include":
                guard depth < MitsubaReader.maximumIncludes else {
                    throw part.fault("includes are nested more than \(MitsubaReader.maximumIncludes) deep")
                }
                try collect(FileBytes.path(try part.required("filename"), beside: file), depth: depth + 1)
            default: ignored[node.name, default: 0] += 1
            }
        }
    }

    // MARK: - Second pass: the shapes

    private mutating func add(_ shape: MitsubaPart) throws(SceneFileError) {
        let kind = try shape.required("type")
        if kind == "merge" {
            if let part = shape.children.first(where: { $0.node.name == "transform" }) {
                throw part.fault("a merge has no transform of its own: give its shapes a to_world")
            }
            for child in shape.children where child.node.name == "shape" { try add(child) }
            return
        }
        var mesh = try self.mesh(kind, shape)
        guard builder.triangleCount + mesh.triangles.count <= MitsubaReader.maximumTriangles else {
            throw shape.fault("the scene has more than \(MitsubaReader.maximumTriangles) triangles")
        }
        let transform = try self.transform(of: shape)
        if transform != .identity { mesh.vertices = mesh.vertices.map { transform($0) } }
        guard mesh.vertices.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
            throw shape.fault("to_world takes a vertex to infinity")
        }
        let id = try shape.text("id") ?? "shape \(builder.objectCount)"
        builder.add(
            name: id.hasPrefix("mesh-") ? String(id.dropFirst(5)) : id,
            material: builder.index(of: try material(of: shape)), vertices: mesh.vertices, triangles: mesh.triangles)
    }

    private mutating func mesh(_ kind: String, _ shape: MitsubaPart) throws(SceneFileError) -> MitsubaShapes.Mesh {
        switch kind {
        case "rectangle": return MitsubaShapes.rectangle
        case "cube": return MitsubaShapes.cube
        case "ply":
            guard let name = try shape.property("string", "filename") else {
                throw shape.fault("a ply shape needs <string name=\"filename\" value=\"...\"/>")
            }
            let path = FileBytes.path(try name.required("value"), beside: shape.source.file)
            if let known = meshes[path] { return (known.vertices, known.triangles) }
            let read = try ply(path, name)
            meshes[path] = read
            return (read.vertices, read.triangles)
        default:
            throw shape.fault("shapes of type '\(kind)' are not read: known are ply, rectangle, cube, merge")
        }
    }

    /// A file that is not there is the fault of the line that names it; what is broken in it is the file's own.
    private func ply(_ path: String, _ name: MitsubaPart) throws(SceneFileError) -> PLYMesh {
        let bytes: [UInt8]
        do throws(SceneFileError) {
            bytes = try FileBytes.read(path)
        } catch {
            throw name.fault("the mesh \(error)")
        }
        return try PLYMesh(bytes, file: path)
    }

    private mutating func material(of shape: MitsubaPart) throws(SceneFileError) -> RadioMaterial {
        for child in shape.children {
            if child.node.name == "bsdf" { return try materials.nested(child) }
            guard child.node.name == "ref" else { continue }
            let name = try child.text("name")
            if name == nil || name == "bsdf" {
                return try materials.material(try child.required("id"), for: child)
            }
        }
        throw shape.fault("the shape has no material: give it <ref id=\"...\" name=\"bsdf\"/>")
    }

    // MARK: - to_world

    private func transform(of shape: MitsubaPart) throws(SceneFileError) -> MitsubaTransform {
        for part in shape.children where part.node.name == "transform" {
            let name = try part.required("name")
            guard name == "to_world" else { throw part.fault("the transform '\(name)' is not known: is it to_world?") }
        }
        guard let part = try shape.property("transform", "to_world") else { return .identity }
        var whole = MitsubaTransform.identity
        for step in part.children { whole = whole.then(try self.step(step)) }
        return whole
    }

    private func step(_ part: MitsubaPart) throws(SceneFileError) -> MitsubaTransform {
        switch part.node.name {
        case "translate": return .translation(try part.vector("value", absent: 0))
        case "scale": return .scaling(try part.vector("value", absent: 1))
        case "rotate":
            let axis = try part.vector("value", absent: 0)
            guard axis != .zero else { throw part.fault("a rotation needs an axis: x, y or z") }
            guard let angle = try part.number("angle") else { throw part.fault("a rotation needs an angle") }
            return .rotation(about: axis, degrees: angle)
        case "lookat":
            let points = [try part.numbers("origin"), try part.numbers("target"), try part.numbers("up")]
            guard points.allSatisfy({ $0.count == 3 }) else { throw part.fault("lookat takes points of 3 numbers") }
            let looking = MitsubaTransform.looking(from: SIMD3(points[0]), at: SIMD3(points[1]), up: SIMD3(points[2]))
            guard let looking else { throw part.fault("lookat: up is parallel to the direction") }
            return looking
        case "matrix": return try matrix(part)
        default: throw part.fault("<\(part.node.name)> is no step of a transform")
        }
    }

    private func matrix(_ part: MitsubaPart) throws(SceneFileError) -> MitsubaTransform {
        let m = try part.numbers("value")
        switch m.count {
        case 9:
            return MitsubaTransform(SIMD4(m[0], m[1], m[2], 0), SIMD4(m[3], m[4], m[5], 0), SIMD4(m[6], m[7], m[8], 0))
        case 16:
            guard m[12...] == [0, 0, 0, 1] else { throw part.fault("the last row of the matrix is not 0 0 0 1") }
            return MitsubaTransform(SIMD4(m[0..<4]), SIMD4(m[4..<8]), SIMD4(m[8..<12]))
        default: throw part.fault("a matrix has 16 or 9 numbers, not \(m.count)")
        }
    }
}
