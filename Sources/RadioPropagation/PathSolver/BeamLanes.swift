internal import Numerics

/// The beams that leave the nodes of a tree, eight per row as lanes, for the question which of them hold a point.
struct BeamLanes: Sendable {
    /// Eight beams: four sides and the plane of the face, each `normal . p + offset >= 0` inside.
    struct Row: Sendable {
        var side0: Plane
        var side1: Plane
        var side2: Plane
        var side3: Plane
        var front: Plane
        /// Node of each lane; -1 where the row is not full.
        var node: SIMD8<Int32>
    }

    struct Plane: Sendable {
        var x: SIMD8<Float> = .zero
        var y: SIMD8<Float> = .zero
        var z: SIMD8<Float> = .zero
        var offset = SIMD8<Float>(repeating: -1)

        mutating func set(_ lane: Int, _ normal: SIMD3<Double>, through point: SIMD3<Double>) {
            x[lane] = Float(normal.x)
            y[lane] = Float(normal.y)
            z[lane] = Float(normal.z)
            offset[lane] = Float(BeamLanes.margin - (normal * point).sum())
        }

        @inline(__always)
        func value(_ p: SIMD3<Float>) -> SIMD8<Float> {
            offset.addingProduct(x, p.x).addingProduct(y, p.y).addingProduct(z, p.z)
        }

        /// Largest value over a box around p.
        @inline(__always)
        func value(_ p: SIMD3<Float>, half: SIMD3<Float>) -> SIMD8<Float> {
            value(p) + magnitude(x) * half.x + magnitude(y) * half.y
                + magnitude(z) * half.z
        }
    }

    private(set) var rows: [Row] = []

    /// A point this far outside a beam still counts: above the rounding of Float within 10 km.
    static let margin = 5e-3

    private static let empty = Row(
        side0: Plane(), side1: Plane(), side2: Plane(), side3: Plane(), front: Plane(),
        node: SIMD8(repeating: -1))

    init() {}

    /// The beams of the sequences of up to `depth` faces.
    init(_ tree: BeamTree, scene: PathScene, depth: Int, spreading: WorkSpreading = .inOrder) {
        let count = tree.levelStart[min(depth, tree.depth)]
        let size = BeamLanes.partNodes
        let parts = spreading.map((count + size - 1) / size) { part in
            var lanes = BeamLanes()
            let first = part * size
            for node in first..<min(count, first + size) {
                lanes.append(tree.nodes[node], Int32(node), scene, at: node - first)
            }
            return lanes.rows
        }
        rows = parts.count == 1 ? parts[0] : Array(parts.joined())
    }

    /// Nodes whose beams one processor makes together, whole rows of them.
    private static let partNodes = 4_096

    /// The beams of the sequences of exactly `level` faces.
    init(_ tree: BeamTree, scene: PathScene, level: Int) {
        guard level <= tree.depth else { return }
        let first = tree.levelStart[level - 1]
        for node in first..<tree.levelStart[level] { append(tree.nodes[node], Int32(node), scene, at: node - first) }
    }

    private mutating func append(_ node: BeamTree.Node, _ number: Int32, _ scene: PathScene, at position: Int) {
        let lane = position & 7
        if lane == 0 { rows.append(BeamLanes.empty) }
        let row = rows.count - 1
        let frame = scene.frames[Int(node.face)]
        let beam = Beam(apex: node.image, frame: frame, rectangle: node.rectangle, face: node.face)
        let corner0 = frame.origin + frame.u * node.rectangle[0] + frame.v * node.rectangle[2]
        let corner1 = frame.origin + frame.u * node.rectangle[1] + frame.v * node.rectangle[3]
        rows[row].side0.set(
            lane, BeamLanes.side(corner0 - node.image, along: frame.v, inwards: frame.u), through: corner0)
        rows[row].side1.set(
            lane, BeamLanes.side(corner1 - node.image, along: frame.v, inwards: -frame.u), through: corner1)
        rows[row].side2.set(
            lane, BeamLanes.side(corner0 - node.image, along: frame.u, inwards: frame.v), through: corner0)
        rows[row].side3.set(
            lane, BeamLanes.side(corner1 - node.image, along: frame.u, inwards: -frame.v), through: corner1)
        rows[row].front.set(lane, beam.axis, through: frame.origin)
        rows[row].node[lane] = number
    }

    /// Unit normal of the plane that holds a ray and a direction.
    private static func side(
        _ ray: SIMD3<Double>, along: SIMD3<Double>, inwards: SIMD3<Double>
    ) -> SIMD3<Double> {
        let normal = normalised(cross(ray, along))
        return dot(normal, inwards) < 0 ? -normal : normal
    }

    /// Appends the nodes whose beams hold a point.
    @inline(__always)
    static func select(
        _ rows: UnsafeBufferPointer<Row>, holding point: SIMD3<Double>, into found: inout [Int32]
    ) {
        let p = SIMD3<Float>(point)
        for row in rows.indices {
            let front = rows[row].front.value(p)
            if !anyLane(front .>= 0) { continue }
            let low = lesser(rows[row].side0.value(p), rows[row].side1.value(p))
            let both = lesser(low, front)
            if !anyLane(both .>= 0) { continue }
            let across = lesser(rows[row].side2.value(p), rows[row].side3.value(p))
            let inside = lesser(both, across)
            if !anyLane(inside .>= 0) { continue }
            for lane in setLanes(inside .>= 0) { found.append(rows[row].node[lane]) }
        }
    }

    /// Whether any beam of a row meets a box.
    @inline(__always)
    static func meets(_ row: Row, centre: SIMD3<Float>, half: SIMD3<Float>) -> Bool {
        anyLane(row.least(centre, half: half) .>= 0)
    }

    /// The beams of `rows` that meet a box, packed into full rows.
    static func narrow(
        _ rows: UnsafeBufferPointer<Row>, centre: SIMD3<Float>, half: SIMD3<Float>, into kept: inout [Row]
    ) {
        kept.removeAll(keepingCapacity: true)
        var lanes = 8
        for row in rows.indices { pack(rows[row], centre, half, &kept, &lanes) }
    }

    /// The same of some of the rows.
    static func narrow(
        _ rows: UnsafeBufferPointer<Row>, among chosen: UnsafeBufferPointer<Int32>, centre: SIMD3<Float>,
        half: SIMD3<Float>, into kept: inout [Row]
    ) {
        var lanes = 8
        for row in chosen { pack(rows[Int(row)], centre, half, &kept, &lanes) }
    }

    @inline(__always)
    private static func pack(
        _ row: Row, _ centre: SIMD3<Float>, _ half: SIMD3<Float>, _ kept: inout [Row], _ lanes: inout Int
    ) {
        let least = row.least(centre, half: half)
        if !anyLane(least .>= 0) { return }
        for lane in setLanes(least .>= 0) {
            if lanes == 8 {
                kept.append(BeamLanes.empty)
                lanes = 0
            }
            kept[kept.count - 1].copy(lane, of: row, to: lanes)
            lanes += 1
        }
    }
}

extension BeamLanes.Row {
    /// For each beam, how far inside of its outermost plane a box reaches.
    @inline(__always)
    func least(_ centre: SIMD3<Float>, half: SIMD3<Float>) -> SIMD8<Float> {
        let front = self.front.value(centre, half: half)
        if !anyLane(front .>= 0) { return front }
        let across = lesser(side0.value(centre, half: half), side1.value(centre, half: half))
        let along = lesser(side2.value(centre, half: half), side3.value(centre, half: half))
        return lesser(front, lesser(across, along))
    }

    @inline(__always)
    mutating func copy(_ lane: Int, of other: BeamLanes.Row, to place: Int) {
        side0.copy(lane, of: other.side0, to: place)
        side1.copy(lane, of: other.side1, to: place)
        side2.copy(lane, of: other.side2, to: place)
        side3.copy(lane, of: other.side3, to: place)
        front.copy(lane, of: other.front, to: place)
        node[place] = other.node[lane]
    }
}

extension BeamLanes.Plane {
    @inline(__always)
    mutating func copy(_ lane: Int, of other: BeamLanes.Plane, to place: Int) {
        x[place] = other.x[lane]
        y[place] = other.y[lane]
        z[place] = other.z[lane]
        offset[place] = other.offset[lane]
    }
}
