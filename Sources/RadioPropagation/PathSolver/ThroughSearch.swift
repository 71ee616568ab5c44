internal import Numerics

/// Mirror reflections whose segments pass walls: every sequence of faces is tried, made exact by its images, and each
/// segment's crossings are listed. A beam ends where something hides what is behind it, so the tree of a transmitter
/// knows nothing of such paths; the sequences are all there are, up to a bound, whatever stands between the faces.
struct ThroughSearch {
    private struct Sequence {
        /// Last face, and the sequence without it; -1 for none.
        var face: Int32
        var parent: Int32
        /// The transmitter mirrored in all faces.
        var image: SIMD3<Double>
    }

    private let scene: PathScene
    private let source: SIMD3<Double>
    private let maxCrossings: Int
    private var sequences: [Sequence] = []
    /// False where reflections that were asked for would have been more sequences than the bound.
    private(set) var isComplete = true

    /// - Parameter reflections: of one path, at most.
    init(scene: PathScene, source: SIMD3<Double>, reflections: Int, settings: PathSettings) {
        self.scene = scene
        self.source = source
        maxCrossings = settings.maxCrossings
        var last = [Int32(-1)]
        for level in 0..<reflections {
            // No face follows itself.
            let choices = max(0, level == 0 ? scene.faceCount : scene.faceCount - 1)
            guard sequences.count + last.count * choices <= settings.maxSequencesThroughWalls else {
                isComplete = false
                return
            }
            var next: [Int32] = []
            for parent in last {
                let before = parent < 0 ? source : sequences[Int(parent)].image
                let own = parent < 0 ? -1 : sequences[Int(parent)].face
                for face in 0..<Int32(scene.faceCount) where face != own {
                    let frame = scene.frames[Int(face)]
                    // A face in whose plane the image lies reflects nothing of it.
                    guard abs(frame.height(of: before)) > 1e-9 else { continue }
                    next.append(Int32(sequences.count))
                    sequences.append(Sequence(face: face, parent: parent, image: frame.image(of: before)))
                }
            }
            last = next
        }
    }

    /// Adds the paths of all receivers that are mirrored and cross at least one wall. False where the caller ended the
    /// search.
    func search(_ receivers: [SIMD3<Double>], into paths: inout PathCollector, goesOn: (Int) -> Bool) -> Bool {
        var points: [SIMD3<Double>] = []
        var faces: [Int32] = []
        for (number, receiver) in receivers.enumerated() {
            for sequence in sequences.indices where unfold(sequence, receiver, &points, &faces) {
                add(points, faces, number, to: &paths)
            }
            if !goesOn(number) { return false }
        }
        return true
    }

    /// Points of a sequence from the receiver back to the transmitter, both with them, and its faces in that order;
    /// false where one misses its face, or a segment is too short.
    private func unfold(
        _ sequence: Int, _ receiver: SIMD3<Double>, _ points: inout [SIMD3<Double>], _ faces: inout [Int32]
    ) -> Bool {
        points.removeAll(keepingCapacity: true)
        faces.removeAll(keepingCapacity: true)
        points.append(receiver)
        var at = Int32(sequence)
        while at >= 0 {
            let step = sequences[Int(at)]
            let from = points[points.count - 1]
            guard let meet = scene.meeting(face: Int(step.face), from: from, to: step.image),
                length(meet - from) > ReflectionSearch.leastSegmentMetres
            else { return false }
            points.append(meet)
            faces.append(step.face)
            at = step.parent
        }
        points.append(source)
        return length(source - points[points.count - 2]) > ReflectionSearch.leastSegmentMetres
    }

    /// Adds a path with what its segments cross; nothing where they cross no wall, which other searches find, or more
    /// than are allowed.
    private func add(_ points: [SIMD3<Double>], _ faces: [Int32], _ number: Int, to paths: inout PathCollector) {
        var vertices: [(point: SIMD3<Double>, kind: InteractionKind, face: Int32)] = []
        for leg in (0...faces.count).reversed() {
            // From the transmitter on: segment `leg` ends nearer to the receiver than it begins.
            let first = leg < faces.count ? faces[leg] : -1
            let last = leg > 0 ? faces[leg - 1] : -1
            let crossed = scene.crossings(from: points[leg + 1], to: points[leg], ignoring: SIMD2(first, last))
            vertices += crossed.map { ($0.point, .transmission, $0.face) }
            guard vertices.count <= maxCrossings + faces.count else { return }
            if leg > 0 { vertices.append((points[leg], .specular, faces[leg - 1])) }
        }
        let crossings = vertices.count - faces.count
        guard crossings > 0, crossings <= maxCrossings else { return }
        paths.open(receiver: number)
        for vertex in vertices { paths.add(vertex.point, vertex.kind, face: vertex.face) }
    }
}

extension PathScene {
    /// What a segment crosses between its ends, in order, with the place made exact in the face's plane: Embree's
    /// distance is a Float.
    func crossings(
        from start: SIMD3<Double>, to end: SIMD3<Double>, ignoring: SIMD2<Int32> = SceneIndex.noFaces
    ) -> [(point: SIMD3<Double>, face: Int32)] {
        let direction = normalised(end - start)
        return index.crossings(from: start, to: end, ignoring: ignoring).map { crossing in
            let face = index.faces.faceOfTriangle[crossing.triangle]
            let frame = frames[Int(face)]
            let speed = dot(direction, frame.normal)
            let exact = abs(speed) > 1e-9 ? -frame.height(of: start) / speed : crossing.distance
            let isNear = abs(exact - crossing.distance) < 0.1
            return (start + direction * (isNear ? exact : crossing.distance), face)
        }
    }
}
