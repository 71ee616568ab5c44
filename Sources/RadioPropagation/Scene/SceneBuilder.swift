/// Puts a scene together from meshes, object after object.
///
/// Triangles without area (two corners at one place, or all three on a line to the precision of Float) are dropped and
/// counted in the notes: they have no normal and no wave meets them.
package struct SceneBuilder: Sendable {
    private let name: String
    private var vertices: [SIMD3<Float>] = []
    private var triangles: [SIMD3<UInt32>] = []
    private var objects: [SceneObject] = []
    private var materials: [RadioMaterial] = []
    private var notes: [String] = []
    private var foliage: [FoliageVolume] = []
    private var dropped: [(object: String, count: Int)] = []

    /// A triangle is dropped where its height is below this share of its longest side.
    package static let flatness = 1e-7

    package init(name: String) {
        self.name = name
    }

    /// Goes on from a scene.
    package init(_ scene: Scene) {
        name = scene.name
        vertices = scene.vertices
        triangles = scene.triangles
        objects = scene.objects
        materials = scene.materials
        notes = scene.notes
        foliage = scene.foliage
    }

    package var triangleCount: Int { triangles.count }
    package var objectCount: Int { objects.count }
    package var foliageCount: Int { foliage.count }

    /// The number of a material; the same material twice has one number.
    package mutating func index(of material: RadioMaterial) -> Int {
        if let known = materials.firstIndex(of: material) { return known }
        materials.append(material)
        return materials.count - 1
    }

    /// Adds an object; one without a triangle of any area is left out.
    ///
    /// - Precondition: triangles name vertices that are there, and the vertices are finite.
    package mutating func add(
        name: String, material: Int, vertices newVertices: [SIMD3<Float>], triangles newTriangles: [SIMD3<UInt32>]
    ) {
        precondition(materials.indices.contains(material), "no material \(material)")
        let base = UInt32(vertices.count)
        let start = triangles.count
        for triangle in newTriangles {
            let corners = (0..<3).map { SIMD3<Double>(newVertices[Int(triangle[$0])]) }
            if SceneBuilder.hasArea(corners[0], corners[1], corners[2]) { triangles.append(triangle &+ base) }
        }
        let kept = triangles.count - start
        if kept < newTriangles.count { dropped.append((name, newTriangles.count - kept)) }
        guard kept > 0 else { return }
        vertices += newVertices
        objects.append(SceneObject(name: name, material: material, triangles: start..<triangles.count))
    }

    /// Adds trees.
    package mutating func add(_ volume: FoliageVolume) { foliage.append(volume) }

    package mutating func note(_ text: String) {
        notes.append(text)
    }

    package func scene() -> Scene {
        var notes = notes
        if let first = dropped.first {
            let count = dropped.reduce(0) { $0 + $1.count }
            notes.append(
                "dropped \(count) \(count == 1 ? "triangle" : "triangles") without area in \(dropped.count) "
                    + "\(dropped.count == 1 ? "object" : "objects"), first '\(first.object)'")
        }
        return Scene(
            name: name, vertices: vertices, triangles: triangles, objects: objects, materials: materials, notes: notes,
            foliage: foliage)
    }

    private static func hasArea(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Bool {
        let longest = max(length(b - a), length(c - b), length(a - c))
        return length(cross(b - a, c - a)) > flatness * longest * longest
    }
}
