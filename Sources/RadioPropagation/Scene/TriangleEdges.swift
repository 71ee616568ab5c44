/// Which triangles of a scene share an edge. Vertices at the same place count as one, because meshes repeat a vertex
/// for each normal or texture coordinate that it has.
struct TriangleEdges {
    /// The three corners of each triangle as vertex numbers, where all vertices at one place have the same number.
    let corners: [SIMD3<Int32>]
    /// Uses of the edges, edge after edge: `3 * triangle + side`; side s runs from corner s to the next.
    let uses: [Int32]
    /// Where each edge begins in `uses`, and one past the last.
    let starts: [Int32]
    /// The edge of each use, by `3 * triangle + side`.
    let edgeOfUse: [Int32]

    init(_ scene: Scene) {
        let welded = TriangleEdges.weld(scene.vertices)
        corners = scene.triangles.map { SIMD3(welded[Int($0.x)], welded[Int($0.y)], welded[Int($0.z)]) }
        let keys = TriangleEdges.keys(of: corners)
        let ordered = (0..<Int32(keys.count)).sorted {
            (keys[Int($0)], $0) < (keys[Int($1)], $1)
        }
        var starts: [Int32] = []
        var edgeOfUse = [Int32](repeating: 0, count: keys.count)
        for (position, use) in ordered.enumerated() {
            if position == 0 || keys[Int(use)] != keys[Int(ordered[position - 1])] { starts.append(Int32(position)) }
            edgeOfUse[Int(use)] = Int32(starts.count - 1)
        }
        starts.append(Int32(keys.count))
        self.starts = starts
        self.edgeOfUse = edgeOfUse
        uses = ordered
    }

    var count: Int { starts.count - 1 }

    func uses(of edge: Int) -> ArraySlice<Int32> { uses[Int(starts[edge])..<Int(starts[edge + 1])] }

    /// The corners that a use runs from and to, and the one opposite.
    func ends(of use: Int32) -> (from: Int32, to: Int32, opposite: Int32) {
        let triangle = corners[Int(use) / 3]
        let side = Int(use) % 3
        return (triangle[side], triangle[(side + 1) % 3], triangle[(side + 2) % 3])
    }

    /// The lower vertex number in the upper half, so that both directions of an edge have one key.
    private static func keys(of corners: [SIMD3<Int32>]) -> [UInt64] {
        var keys: [UInt64] = []
        keys.reserveCapacity(3 * corners.count)
        for triangle in corners {
            for side in 0..<3 {
                let a = triangle[side]
                let b = triangle[side == 2 ? 0 : side + 1]
                keys.append(UInt64(UInt32(min(a, b))) << 32 | UInt64(UInt32(max(a, b))))
            }
        }
        return keys
    }

    /// For each vertex the first one at the same place. An open-addressing table at most half full.
    private static func weld(_ vertices: [SIMD3<Float>]) -> [Int32] {
        var bits = 4
        while 1 << bits < 2 * vertices.count { bits += 1 }
        let mask = 1 << bits - 1
        var table = [Int32](repeating: -1, count: 1 << bits)
        var welded = [Int32](repeating: 0, count: vertices.count)
        for (index, vertex) in vertices.enumerated() {
            let place = vertex + 0  // -0 becomes 0
            var hash = UInt64(place.x.bitPattern) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ (hash >> 29) ^ UInt64(place.y.bitPattern)) &* 0xBF58_476D_1CE4_E5B9
            hash = (hash ^ (hash >> 32) ^ UInt64(place.z.bitPattern)) &* 0x94D0_49BB_1331_11EB
            var slot = Int(truncatingIfNeeded: hash >> 20) & mask
            while table[slot] >= 0, vertices[Int(table[slot])] != vertex { slot = (slot + 1) & mask }
            if table[slot] < 0 { table[slot] = Int32(index) }
            welded[index] = table[slot]
        }
        return welded
    }
}
