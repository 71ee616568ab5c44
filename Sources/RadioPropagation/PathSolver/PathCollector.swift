internal import Numerics

/// Paths as they are found, in any order; `geometry` brings them into the order that `PathGeometry` promises.
struct PathCollector {
    private var receiver: [Int32] = []
    private var start: [Int32] = []
    private var length: [Int32] = []
    private var point: [SIMD3<Double>] = []
    private var kind: [InteractionKind] = []
    private var face: [Int32] = []
    private var patchArea: [Double] = []
    var isComplete = true

    /// Vertices of one path nearer to each other's than this are the same polyline.
    static let sameMetres = 1e-6

    mutating func open(receiver number: Int) {
        receiver.append(Int32(number))
        start.append(Int32(point.count))
        length.append(0)
    }

    /// Adds all paths of another.
    mutating func append(_ other: PathCollector) {
        let first = Int32(point.count)
        receiver += other.receiver
        start += other.start.map { $0 + first }
        length += other.length
        point += other.point
        kind += other.kind
        face += other.face
        patchArea += other.patchArea
    }

    /// Adds a vertex to the path opened last.
    mutating func add(_ place: SIMD3<Double>, _ what: InteractionKind, face number: Int32, patchArea area: Double = 0) {
        patchArea.append(area)
        point.append(place)
        kind.append(what)
        face.append(number)
        length[length.count - 1] += 1
    }

    /// The paths by receiver, number of vertices, kinds and faces; no polyline twice.
    func geometry(
        transmitter: SIMD3<Double>, receivers: [SIMD3<Double>], spreading: WorkSpreading = .inOrder
    ) -> PathGeometry {
        let size = PathCollector.partReceivers
        var found = [[Int]](repeating: [], count: (receivers.count + size - 1) / size)
        for (path, number) in receiver.enumerated() { found[Int(number) / size].append(path) }
        let parts = spreading.map(found.count) { [found] in ordered(found[$0]) }
        var made = PathGeometry(transmitter: transmitter, receivers: receivers)
        made.isComplete = isComplete
        made.receiver.reserveCapacity(receiver.count)
        made.vertexStart.reserveCapacity(receiver.count + 1)
        made.point.reserveCapacity(point.count)
        made.kind.reserveCapacity(point.count)
        made.face.reserveCapacity(point.count)
        for part in parts {
            let first = Int32(made.point.count)
            made.receiver += part.receiver
            made.point += part.point
            made.kind += part.kind
            made.face += part.face
            made.patchArea += part.patchArea
            for start in part.vertexStart.dropFirst() { made.vertexStart.append(first + start) }
        }
        if !made.kind.contains(.diffuse) { made.patchArea = [] }
        return made
    }

    /// Receivers whose paths one processor brings into order.
    private static let partReceivers = 8_192

    /// Some of the paths in that order, all those of their receivers.
    private func ordered(_ some: [Int]) -> PathGeometry {
        var made = PathGeometry(transmitter: .zero, receivers: [])
        made.receiver.reserveCapacity(some.count)
        made.vertexStart.reserveCapacity(some.count + 1)
        var group = 0
        for path in order(some) {
            let first = Int(start[path])
            let vertices = Int(length[path])
            if let last = made.receiver.last, last == receiver[path] {
                if isRepeated(first, vertices, in: made, since: group) { continue }
            } else {
                group = made.receiver.count
            }
            made.receiver.append(receiver[path])
            for vertex in first..<(first + vertices) {
                made.point.append(point[vertex])
                made.kind.append(kind[vertex])
                made.face.append(face[vertex])
                made.patchArea.append(patchArea[vertex])
            }
            made.vertexStart.append(Int32(made.point.count))
        }
        return made
    }

    private func order(_ some: [Int]) -> [Int] {
        // Receiver and number of vertices decide nearly always: a counting sort over receivers would gain little.
        func key(_ path: Int) -> UInt64 { UInt64(UInt32(receiver[path])) << 32 | UInt64(length[path]) }
        return some.map { (key: key($0), path: $0) }.sorted { one, two in
            one.key != two.key ? one.key < two.key : precedes(one.path, two.path)
        }.map(\.path)
    }

    /// By kinds and faces; two paths of the same faces by their first point.
    private func precedes(_ one: Int, _ two: Int) -> Bool {
        let (a, b) = (Int(start[one]), Int(start[two]))
        for step in 0..<Int(length[one]) {
            if kind[a + step] != kind[b + step] { return kind[a + step].rawValue < kind[b + step].rawValue }
            if face[a + step] != face[b + step] { return face[a + step] < face[b + step] }
        }
        for step in 0..<Int(length[one]) where point[a + step] != point[b + step] {
            let (p, q) = (point[a + step], point[b + step])
            return (p.x, p.y, p.z) < (q.x, q.y, q.z)
        }
        return one < two
    }

    /// Whether a path of this receiver runs through the same points: over faces that lie in one plane and overlap.
    private func isRepeated(_ first: Int, _ vertices: Int, in made: PathGeometry, since group: Int) -> Bool {
        var path = made.receiver.count - 1
        while path >= group {
            let other = made.vertices(of: path)
            if other.count != vertices { return false }
            var isSame = true
            for step in 0..<vertices where isSame {
                let d = made.point[other.lowerBound + step] - point[first + step]
                let limit = PathCollector.sameMetres
                isSame =
                    (d * d).sum() <= limit * limit && made.kind[other.lowerBound + step] == kind[first + step]
            }
            if isSame { return true }
            path -= 1
        }
        return false
    }
}
