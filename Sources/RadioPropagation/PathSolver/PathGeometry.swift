/// The paths of one transmitter to many receivers, flat: path i runs from the transmitter over the vertices
/// `vertexStart[i] ..< vertexStart[i + 1]` to receiver `receiver[i]`.
///
/// Paths are ordered by receiver, then by number of vertices (line of sight first), then by their faces, so that equal
/// questions have equal answers. No two paths of a receiver are the same polyline.
package struct PathGeometry: Sendable, Equatable {
    /// Metres, right-handed, z up.
    package var transmitter: SIMD3<Double>
    package var receivers: [SIMD3<Double>]
    /// Receiver of each path.
    package var receiver: [Int32] = []
    /// First vertex of each path, and at the end the number of vertices: one more than there are paths.
    package var vertexStart: [Int32] = [0]
    /// Interaction points from the transmitter's side on.
    package var point: [SIMD3<Double>] = []
    package var kind: [InteractionKind] = []
    /// Face of `SceneFaces` that the vertex lies on; for a diffraction the wedge.
    package var face: [Int32] = []
    /// Square metres of the patch that a diffuse vertex stands for, 0 at other vertices; empty where none is diffuse.
    package var patchArea: [Double] = []
    /// False where the caller stopped the search or a bound of `PathSettings` was met: paths may be missing.
    package var isComplete = true

    package init(transmitter: SIMD3<Double>, receivers: [SIMD3<Double>]) {
        self.transmitter = transmitter
        self.receivers = receivers
    }

    package var count: Int { receiver.count }

    package func vertices(of path: Int) -> Range<Int> {
        Int(vertexStart[path])..<Int(vertexStart[path + 1])
    }

    /// Length of the polyline in metres.
    package func lengthMetres(of path: Int) -> Double {
        var last = transmitter
        var sum = 0.0
        for vertex in vertices(of: path) {
            let step = point[vertex] - last
            sum += (step * step).sum().squareRoot()
            last = point[vertex]
        }
        let step = receivers[Int(receiver[path])] - last
        return sum + (step * step).sum().squareRoot()
    }

    /// Paths of one receiver: a range, since paths are ordered by receiver.
    package func paths(of wanted: Int) -> Range<Int> {
        let low = firstPath(atOrAfter: wanted)
        return low..<firstPath(atOrAfter: wanted + 1)
    }

    private func firstPath(atOrAfter wanted: Int) -> Int {
        var low = 0
        var high = receiver.count
        while low < high {
            let middle = (low + high) / 2
            if Int(receiver[middle]) < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
