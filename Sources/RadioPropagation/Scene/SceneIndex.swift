internal import CEmbree

/// Where a ray meets the scene first.
package struct Hit: Sendable, Equatable {
    /// In lengths of the ray's direction: metres where that is a unit vector.
    package var distance: Double
    package var triangle: Int

    package init(distance: Double, triangle: Int) {
        self.distance = distance
        self.triangle = triangle
    }
}

/// A scene made ready for rays (Embree 3.13, robust mode). Immutable, so any number of threads may ask it; role state
/// never holds it.
///
/// Embree counts in Float: a crossing is placed within the scene's `toleranceMetres`, and whether a segment that passes
/// an edge closer than that is blocked is not decided. So the index says what lies between two points, and where
/// exactly is computed in Double from the faces. Segments end `toleranceMetres` before their ends; one that starts
/// or ends on a face should also ignore that face, because at grazing angles no shortening is enough.
package final class SceneIndex: Sendable {
    package let scene: Scene
    /// Its wedges are those around which there is room: edges that lie on or in another surface (the foot of a wall on
    /// the ground) are left out.
    package let faces: SceneFaces
    package let bounds: SceneBounds
    /// See `Scene.toleranceMetres`.
    package let toleranceMetres: Double

    /// No face: ignores nothing.
    package static let noFaces = SIMD2<Int32>(repeating: -1)

    private let embree: EmbreeScene

    /// - Throws: `SceneIndexError`: the scene is empty, or Embree refuses it.
    package init(_ scene: Scene) throws(SceneIndexError) {
        guard !scene.triangles.isEmpty else { throw .empty }
        guard scene.vertices.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else { throw .notFinite }
        self.scene = scene
        bounds = scene.bounds()
        toleranceMetres = scene.toleranceMetres
        var faces = SceneFaces(scene)
        let embree = try EmbreeScene(scene, faceOfTriangle: faces.faceOfTriangle)
        let tolerance = Float(toleranceMetres)
        faces.keepOpenWedges { from, to, ignoring in
            embree.isOccluded(from: from, to: to, end: tolerance, ignoring: ignoring)
        }
        self.embree = embree
        self.faces = faces
    }

    // MARK: - One ray

    /// The first triangle that a ray meets between `toleranceMetres` and `limit` (in lengths of `direction`).
    ///
    /// - Parameter ignoring: up to two faces that the ray passes, -1 for none.
    package func closest(
        from origin: SIMD3<Double>, direction: SIMD3<Double>, limit: Double = .infinity,
        ignoring: SIMD2<Int32> = SceneIndex.noFaces
    ) -> Hit? {
        var distance: Float = 0
        let triangle = withRow(origin) { origin in
            withRow(direction) { direction in
                withPair(ignoring) { ignored in
                    cembree_closest(
                        embree.handle, origin, direction, Float(toleranceMetres), Float(limit), ignored, &distance)
                }
            }
        }
        return triangle < 0 ? nil : Hit(distance: Double(distance), triangle: Int(triangle))
    }

    /// Whether anything lies between two points, `toleranceMetres` from their ends and faces to ignore left out.
    package func isOccluded(
        from: SIMD3<Double>, to: SIMD3<Double>, ignoring: SIMD2<Int32> = SceneIndex.noFaces
    ) -> Bool {
        embree.isOccluded(from: from, to: to, end: Float(toleranceMetres), ignoring: ignoring)
    }

    /// All that lies between two points, in order; a face met at the seam of two triangles counts once. Distances are
    /// in metres from `from`.
    package func crossings(
        from: SIMD3<Double>, to: SIMD3<Double>, ignoring: SIMD2<Int32> = SceneIndex.noFaces
    ) -> [Hit] {
        var capacity = 32
        while true {
            var distances = [Float](repeating: 0, count: capacity)
            var triangles = [Int32](repeating: 0, count: capacity)
            let found = withRow(from) { from in
                withRow(to) { to in
                    withPair(ignoring) { ignored in
                        cembree_crossings(
                            embree.handle, from, to, Float(toleranceMetres), ignored, capacity, &distances, &triangles)
                    }
                }
            }
            if found <= capacity { return sorted(distances, triangles, count: found, metres: length(to - from)) }
            capacity = found
        }
    }

    private func sorted(_ distances: [Float], _ triangles: [Int32], count: Int, metres: Double) -> [Hit] {
        let hits = (0..<count).map { Hit(distance: Double(distances[$0]) * metres, triangle: Int(triangles[$0])) }
            .sorted { ($0.distance, $0.triangle) < ($1.distance, $1.triangle) }
        var kept: [Hit] = []
        for hit in hits {
            let face = faces.faceOfTriangle[hit.triangle]
            let isSeam = kept.reversed().prefix { hit.distance - $0.distance <= 2 * toleranceMetres }
                .contains { faces.faceOfTriangle[$0.triangle] == face }
            if !isSeam { kept.append(hit) }
        }
        return kept
    }

    // MARK: - Many rays

    /// `isOccluded` for many segments, in packets of 16: 2 to 4 times as fast where neighbours are alike.
    ///
    /// - Parameters:
    ///   - from: one point for all segments, or one for each.
    ///   - to: the same.
    ///   - ignoring: two faces per segment, or nil.
    ///   - occluded: one answer per segment; its count is the number of segments.
    package func occlusions(
        from: UnsafeBufferPointer<SIMD3<Double>>, to: UnsafeBufferPointer<SIMD3<Double>>,
        ignoring: UnsafeBufferPointer<SIMD2<Int32>>? = nil, into occluded: UnsafeMutableBufferPointer<Bool>
    ) {
        let count = occluded.count
        guard count > 0 else { return }
        precondition(from.count == 1 || from.count == count, "one start, or one per segment")
        precondition(to.count == 1 || to.count == count, "one end, or one per segment")
        precondition(ignoring == nil || ignoring?.count == count, "two faces per segment")
        cembree_occluded_batch(
            embree.handle, row(from), from.count == 1 ? 0 : 4, row(to), to.count == 1 ? 0 : 4, count,
            Float(toleranceMetres), pair(ignoring),
            UnsafeMutableRawPointer(occluded.baseAddress)?.assumingMemoryBound(to: UInt8.self))
    }

    /// `closest` for many rays, in packets of 16.
    ///
    /// - Parameters:
    ///   - origins: one point for all rays, or one for each.
    ///   - directions: one per ray; their count is the number of rays.
    ///   - distances: one per ray, in lengths of its direction; meaningless where nothing is met.
    ///   - triangles: one per ray, -1 where nothing is met.
    package func closest(
        origins: UnsafeBufferPointer<SIMD3<Double>>, directions: UnsafeBufferPointer<SIMD3<Float>>,
        limit: Double = .infinity, ignoring: UnsafeBufferPointer<SIMD2<Int32>>? = nil,
        distances: UnsafeMutableBufferPointer<Float>, triangles: UnsafeMutableBufferPointer<Int32>
    ) {
        let count = directions.count
        guard count > 0 else { return }
        precondition(origins.count == 1 || origins.count == count, "one origin, or one per ray")
        precondition(distances.count == count && triangles.count == count, "one answer per ray")
        precondition(ignoring == nil || ignoring?.count == count, "two faces per ray")
        cembree_closest_batch(
            embree.handle, row(origins), origins.count == 1 ? 0 : 4,
            UnsafeRawPointer(directions.baseAddress)?.assumingMemoryBound(to: Float.self), count,
            Float(toleranceMetres), Float(limit), pair(ignoring), distances.baseAddress, triangles.baseAddress)
    }

    // MARK: - Rows for C

    private func row(_ points: UnsafeBufferPointer<SIMD3<Double>>) -> UnsafePointer<Double>? {
        UnsafeRawPointer(points.baseAddress)?.assumingMemoryBound(to: Double.self)
    }

    private func pair(_ faces: UnsafeBufferPointer<SIMD2<Int32>>?) -> UnsafePointer<Int32>? {
        UnsafeRawPointer(faces?.baseAddress)?.assumingMemoryBound(to: Int32.self)
    }
}

/// Why a scene cannot be indexed.
package enum SceneIndexError: Error, Equatable, CustomStringConvertible {
    case empty
    case notFinite
    /// Embree's error code (`RTCError`); 4 is out of memory.
    case embree(code: Int)

    package var description: String {
        switch self {
        case .empty: "the scene has no triangle: nothing to trace"
        case .notFinite: "a vertex of the scene is not a finite number"
        case .embree(let code): "Embree cannot index the scene (error \(code)\(code == 4 ? ", out of memory" : ""))"
        }
    }
}

/// Owns what the C side made.
private final class EmbreeScene: @unchecked Sendable {
    // Unchecked: written once, and Embree answers for a committed scene from any thread.
    let handle: OpaquePointer

    init(_ scene: Scene, faceOfTriangle: [Int32]) throws(SceneIndexError) {
        var code: Int32 = 0
        let made = scene.vertices.withUnsafeBytes { vertices in
            scene.triangles.withUnsafeBytes { triangles in
                cembree_build(
                    vertices.baseAddress?.assumingMemoryBound(to: Float.self), scene.vertices.count,
                    triangles.baseAddress?.assumingMemoryBound(to: UInt32.self), scene.triangles.count, faceOfTriangle,
                    &code)
            }
        }
        guard let made else { throw .embree(code: Int(code)) }
        handle = made
    }

    deinit { cembree_free(handle) }

    func isOccluded(from: SIMD3<Double>, to: SIMD3<Double>, end: Float, ignoring: SIMD2<Int32>) -> Bool {
        withRow(from) { from in
            withRow(to) { to in
                withPair(ignoring) { cembree_occluded(handle, from, to, end, $0) }
            }
        }
    }
}

private func withRow<R>(_ point: SIMD3<Double>, _ body: (UnsafePointer<Double>) -> R) -> R {
    withUnsafeBytes(of: point) { body($0.baseAddress!.assumingMemoryBound(to: Double.self)) }
}

/// Nothing where no face is ignored, which spares Embree the filter.
private func withPair<R>(_ pair: SIMD2<Int32>, _ body: (UnsafePointer<Int32>?) -> R) -> R {
    if pair == SceneIndex.noFaces { return body(nil) }
    return withUnsafeBytes(of: pair) { body($0.baseAddress!.assumingMemoryBound(to: Int32.self)) }
}
