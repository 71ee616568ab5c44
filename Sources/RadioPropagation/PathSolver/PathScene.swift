/// A scene as the path solver needs it: frames of the faces, and convex pieces in the order of their tree. Immutable,
/// shared by all solvers of the scene.
final class PathScene: @unchecked Sendable {
    // Unchecked: the buffers are written in init and only read afterwards.
    let index: SceneIndex
    let frames: UnsafeBufferPointer<FaceFrame>
    let nodes: UnsafeBufferPointer<PieceTree.Node>
    /// Pieces in the order of the tree's leaves.
    let pieces: UnsafeBufferPointer<Piece>
    let outlines: FaceOutlines
    let faceRows: FaceRows
    /// Pieces that a face is cut into, as places in `pieces`.
    let placeStart: [Int32]
    let places: [Int32]

    /// A convex polygon of at most 8 corners, the last one repeated.
    struct Piece {
        var x: SIMD8<Float>
        var y: SIMD8<Float>
        var z: SIMD8<Float>
        var face: Int32
    }

    init(_ index: SceneIndex) {
        self.index = index
        let faces = index.faces
        frames = PathScene.buffer(faces.faces.indices.map { FaceFrame(scene: index.scene, faces: faces, face: $0) })
        let unordered = FacePieces(scene: index.scene, faces: faces)
        let tree = PieceTree(unordered)
        nodes = PathScene.buffer(tree.nodes)
        pieces = PathScene.buffer(
            tree.order.map { at in
                let piece = Int(at)
                return Piece(
                    x: unordered.x[piece], y: unordered.y[piece], z: unordered.z[piece], face: unordered.face[piece])
            })
        outlines = FaceOutlines(unordered, frames: frames)
        var isListed = [Bool](repeating: false, count: frames.count)
        var order: [Int32] = []
        for piece in pieces where !isListed[Int(piece.face)] {
            isListed[Int(piece.face)] = true
            order.append(piece.face)
        }
        faceRows = FaceRows(order: order, frames: frames)
        var starts = [Int32](repeating: 0, count: frames.count + 1)
        for piece in pieces { starts[Int(piece.face) + 1] += 1 }
        for face in 0..<frames.count { starts[face + 1] += starts[face] }
        var next = starts
        var places = [Int32](repeating: 0, count: pieces.count)
        for (place, piece) in pieces.enumerated() {
            places[Int(next[Int(piece.face)])] = Int32(place)
            next[Int(piece.face)] += 1
        }
        placeStart = starts
        self.places = places
    }

    deinit {
        frames.deallocate()
        nodes.deallocate()
        pieces.deallocate()
    }

    var faceCount: Int { frames.count }

    /// Where the segment from a point to an image crosses a face; nil where it misses it.
    func meeting(face: Int, from: SIMD3<Double>, to image: SIMD3<Double>) -> SIMD3<Double>? {
        let frame = frames[face]
        let own = frame.height(of: from)
        let other = frame.height(of: image)
        guard own * other < 0 else { return nil }
        let meet = from + (image - from) * (own / (own - other))
        let local = meet - frame.origin
        return outlines.contains(face: face, dot(local, frame.u), dot(local, frame.v)) ? meet : nil
    }

    private static func buffer<T: BitwiseCopyable>(_ values: [T]) -> UnsafeBufferPointer<T> {
        let copy = UnsafeMutableBufferPointer<T>.allocate(capacity: values.count)
        _ = copy.initialize(from: values)
        return UnsafeBufferPointer(copy)
    }
}
