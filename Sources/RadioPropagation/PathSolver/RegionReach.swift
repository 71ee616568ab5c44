/// Finds the faces over which a beam's rays can come to a region by one more reflection, never missing one. Most are
/// dropped because their mirror does not lead to the region; of what stands in the way only single pieces are asked.
struct RegionReach: ~Copyable {
    private let scene: PathScene
    private let region: ReceiverRegion
    /// For each row of the region how far inside of the beam's four sides its boxes' centres lie.
    private let inside: UnsafeMutablePointer<Sides>
    /// The same of the centre of the box around the region.
    private var wholeInside = SIMD4<Float>.zero
    /// What the beam comes through of the face that it leaves.
    private var rectangle = SIMD4<Double>.zero
    private var origin = SIMD3<Float>.zero
    /// Normals of the beam's sides, inwards.
    private var normals = (SIMD3<Float>.zero, SIMD3<Float>.zero, SIMD3<Float>.zero, SIMD3<Float>.zero)

    private typealias Sides = (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>)

    init(scene: PathScene, region: ReceiverRegion) {
        self.scene = scene
        self.region = region
        inside = .allocate(capacity: max(1, region.rows.count))
    }

    deinit {
        inside.deallocate()
    }

    /// Appends the images of the beam that leaves a node in the faces that lead to the region.
    mutating func trace(_ leaving: BeamTree.Node, parent: Int32, into nodes: inout [BeamTree.Node]) {
        let beam = Beam(leaving: leaving, scene)
        rectangle = leaving.rectangle
        start(beam)
        look(at: 0, level: scene.faceRows.levelStart.count - 2, beam, parent, &nodes)
    }

    private mutating func start(_ beam: Beam) {
        origin = SIMD3<Float>(beam.apex)
        let u = SIMD3<Float>(beam.u)
        let v = SIMD3<Float>(beam.v)
        let axis = SIMD3<Float>(beam.axis)
        normals = (
            RegionReach.unit(u - axis * beam.slopes.u0), RegionReach.unit(axis * beam.slopes.u1 - u),
            RegionReach.unit(v - axis * beam.slopes.v0), RegionReach.unit(axis * beam.slopes.v1 - v)
        )
        let whole = region.centre - origin
        wholeInside = SIMD4(
            RegionReach.scalar(normals.0, whole), RegionReach.scalar(normals.1, whole),
            RegionReach.scalar(normals.2, whole), RegionReach.scalar(normals.3, whole))
        for (number, row) in region.rows.enumerated() {
            let x = row.x - origin.x
            let y = row.y - origin.y
            let z = row.z - origin.z
            inside[number] = (
                RegionReach.along(normals.0, x, y, z), RegionReach.along(normals.1, x, y, z),
                RegionReach.along(normals.2, x, y, z), RegionReach.along(normals.3, x, y, z)
            )
        }
    }

    /// Goes down to the faces whose boxes the beam meets.
    private mutating func look(
        at row: Int, level: Int, _ beam: Beam, _ parent: Int32, _ nodes: inout [BeamTree.Node]
    ) {
        let at = scene.faceRows.levelStart[level] + row
        var least = meeting(scene.faceRows.boxes[at], beam)
        if !anyLane(least .>= 0) { return }
        if level > 0 {
            for lane in setLanes(least .>= 0) { look(at: row * 8 + lane, level: level - 1, beam, parent, &nodes) }
            return
        }
        least = lesser(least, leading(scene.faceRows.planes[row]))
        if !anyLane(least .>= 0) { return }
        for lane in setLanes(least .>= 0) {
            let face = scene.faceRows.planes[row].face[lane]
            if face != beam.face { add(face, beam, parent, &nodes) }
        }
    }

    /// For each box how far inside of the beam it reaches.
    @inline(__always)
    private func meeting(_ boxes: FaceRows.Boxes, _ beam: Beam) -> SIMD8<Float> {
        let x = boxes.x - origin.x
        let y = boxes.y - origin.y
        let z = boxes.z - origin.z
        @inline(__always)
        func value(_ plane: SIMD3<Float>) -> SIMD8<Float> {
            RegionReach.along(plane, x, y, z).addingProduct(boxes.halfX, abs(plane.x))
                .addingProduct(boxes.halfY, abs(plane.y)).addingProduct(boxes.halfZ, abs(plane.z))
        }
        let across = lesser(value(normals.0), value(normals.1))
        let along = lesser(value(normals.2), value(normals.3))
        let beyond = value(SIMD3<Float>(beam.axis)) - Float(beam.height)
        return lesser(beyond, lesser(across, along)) + RegionReach.marginMetres
    }

    /// For each face how far inside of the beam, mirrored in the face, the box around the whole region reaches.
    @inline(__always)
    private func leading(_ planes: FaceRows.Planes) -> SIMD8<Float> {
        let (nx, ny, nz) = (planes.x, planes.y, planes.z)
        let level = RegionReach.along(region.centre, nx, ny, nz) - planes.foot
        let apex = RegionReach.along(origin, nx, ny, nz) - planes.foot
        let half = region.halfAround
        let front =
            magnitude(nx) * half.x + magnitude(ny) * half.y + magnitude(nz) * half.z
            + level.replacing(with: -level, where: apex .< 0)
        // Of an apex in the plane it is not sure which side it is on.
        var least = front.replacing(with: 0, where: magnitude(apex) .< RegionReach.marginMetres)
        @inline(__always)
        func value(_ plane: SIMD3<Float>, _ inside: Float) -> SIMD8<Float> {
            let turn = 2 * RegionReach.along(plane, nx, ny, nz)
            let reach =
                magnitude(plane.x - turn * nx) * half.x + magnitude(plane.y - turn * ny) * half.y
                + magnitude(plane.z - turn * nz) * half.z
            return reach - turn * level + inside
        }
        least = lesser(least, value(normals.0, wholeInside[0]))
        least = lesser(least, value(normals.1, wholeInside[1]))
        least = lesser(least, value(normals.2, wholeInside[2]))
        least = lesser(least, value(normals.3, wholeInside[3]))
        return least + RegionReach.marginMetres
    }

    /// Appends the beam's image in a face for the boxes of the region that, mirrored in the face, meet the beam within
    /// the rectangle around the face. Instead of the boxes, the planes are mirrored.
    private func add(_ face: Int32, _ beam: Beam, _ parent: Int32, _ nodes: inout [BeamTree.Node]) {
        let frame = scene.frames[Int(face)]
        let height = frame.height(of: beam.apex)
        guard abs(height) > BeamTree.leastHeightMetres else { return }
        // Turned to the side of the apex, on which the receivers must be as well.
        let normal = SIMD3<Float>(height > 0 ? frame.normal : -frame.normal)
        let foot = Float(dot(frame.origin, frame.normal) * (height > 0 ? 1 : -1))
        let front = RegionReach.reach(normal) - foot
        let first = nodes.count
        let planes = (
            Mirrored(normals.0, in: normal), Mirrored(normals.1, in: normal), Mirrored(normals.2, in: normal),
            Mirrored(normals.3, in: normal)
        )
        for (number, row) in region.rows.enumerated() {
            let above = RegionReach.along(normal, row.x, row.y, row.z)
            let level = above - foot
            let across = lesser(
                planes.0.value(inside[number].0, level), planes.1.value(inside[number].1, level))
            let along = lesser(
                planes.2.value(inside[number].2, level), planes.3.value(inside[number].3, level))
            let least = lesser(above + front, lesser(across, along))
            if !anyLane(least .>= 0) { continue }
            let left = through(frame, beam, row, level, least, normal)
            for lane in setLanes(left .>= 0) where number * 8 + lane < region.count {
                let centre = SIMD3(row.x[lane], row.y[lane], row.z[lane])
                guard let part = part(of: face, beam, leadingTo: centre) else { continue }
                let image = frame.image(of: beam.apex)
                nodes.append(BeamTree.Node(image: image, rectangle: part, parent: parent, face: face))
                RegionReach.mergeLast(of: &nodes, from: first)
            }
        }
    }

    /// Joins the last node with those from `first` on whose rectangles it meets, so that no ray is in two of them.
    private static func mergeLast(of nodes: inout [BeamTree.Node], from first: Int) {
        var at = first
        while at < nodes.count - 1 {
            let (a, b) = (nodes[at].rectangle, nodes[nodes.count - 1].rectangle)
            if a[0] > b[1] || b[0] > a[1] || a[2] > b[3] || b[2] > a[3] {
                at += 1
                continue
            }
            nodes[nodes.count - 1].rectangle = BeamTracer.union(a, b)
            nodes.remove(at: at)
            at = first
        }
    }

    /// For each box with `least` of 0 or more, how far inside of the face's rectangle it is met.
    private func through(
        _ frame: FaceFrame, _ beam: Beam, _ row: ReceiverRegion.Row, _ level: SIMD8<Float>, _ least: SIMD8<Float>,
        _ normal: SIMD3<Float>
    ) -> SIMD8<Float> {
        let low = frame.origin + frame.u * frame.rectangle[0] + frame.v * frame.rectangle[2] - beam.apex
        let high = frame.origin + frame.u * frame.rectangle[1] + frame.v * frame.rectangle[3] - beam.apex
        let x = row.x - origin.x
        let y = row.y - origin.y
        let z = row.z - origin.z
        var left = least
        for (corner, along, inwards) in [
            (low, frame.v, frame.u), (high, frame.v, -frame.u), (low, frame.u, frame.v), (high, frame.u, -frame.v),
        ] {
            let plane = normalised(cross(corner, along))
            let side = SIMD3<Float>(dot(plane, inwards) < 0 ? -plane : plane)
            left = lesser(left, Mirrored(side, in: normal).value(RegionReach.along(side, x, y, z), level))
            if !anyLane(left .>= 0) { break }
        }
        return left
    }

    // MARK: - One box

    /// The part of a face over which a box's rays can come; nil where there is none, or where something surely stands
    /// between it and the box, or the face that the beam leaves.
    private func part(of face: Int32, _ beam: Beam, leadingTo centre: SIMD3<Float>) -> SIMD4<Double>? {
        let frame = scene.frames[Int(face)]
        var mirrored: [SIMD3<Double>] = []
        for corner in 0..<8 {
            let sign = SIMD3<Double>(corner & 1 == 0 ? -1 : 1, corner & 2 == 0 ? -1 : 1, corner & 4 == 0 ? -1 : 1)
            mirrored.append(frame.image(of: SIMD3<Double>(centre) + SIMD3<Double>(ReceiverRegion.half) * sign))
        }
        let whole = PlaneMeeting.part(of: frame, metBy: beam)
        let part = PlaneMeeting.part(whole, of: frame, from: beam, to: mirrored)
        let leaving = PlaneMeeting.part(rectangle, of: scene.frames[Int(beam.face)], from: beam, to: mirrored)
        guard part[0] <= part[1], part[2] <= part[3], leaving[0] <= leaving[1], leaving[2] <= leaving[3] else {
            return nil
        }
        let corners = Shaft.Corners(part, of: frame)
        let box = Shaft.Corners(centre: centre, half: ReceiverRegion.half)
        if Shaft(one: box, two: corners).isBlocked(scene, ignoring: SIMD2(-1, face)) { return nil }
        let first = Shaft.Corners(leaving, of: scene.frames[Int(beam.face)])
        return Shaft(one: first, two: corners).isBlocked(scene, ignoring: SIMD2(beam.face, face)) ? nil : part
    }

    /// A plane through the apex, mirrored in a face, for boxes of the region.
    private struct Mirrored {
        private let turn: Float
        private let reach: Float

        @inline(__always)
        init(_ plane: SIMD3<Float>, in normal: SIMD3<Float>) {
            turn = 2 * RegionReach.scalar(plane, normal)
            reach = RegionReach.reach(plane - normal * turn)
        }

        /// How far inside of it the boxes reach, given how far their centres lie inside of the plane itself and above
        /// the face.
        @inline(__always)
        func value(_ inside: SIMD8<Float>, _ level: SIMD8<Float>) -> SIMD8<Float> {
            (inside + reach).addingProduct(level, -turn)
        }
    }

    /// How far a box of the region reaches along a direction from its centre, and the rounding of it all.
    @inline(__always)
    private static func reach(_ direction: SIMD3<Float>) -> Float {
        abs(direction.x) * ReceiverRegion.half.x + abs(direction.y) * ReceiverRegion.half.y
            + abs(direction.z) * ReceiverRegion.half.z + RegionReach.marginMetres
    }

    /// Above the rounding of Float within 10 km.
    private static let marginMetres: Float = 1e-2

    @inline(__always)
    private static func along(
        _ direction: SIMD3<Float>, _ x: SIMD8<Float>, _ y: SIMD8<Float>, _ z: SIMD8<Float>
    ) -> SIMD8<Float> {
        (x * direction.x).addingProduct(y, direction.y).addingProduct(z, direction.z)
    }

    @inline(__always)
    private static func scalar(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { a.x * b.x + a.y * b.y + a.z * b.z }

    @inline(__always)
    private static func unit(_ a: SIMD3<Float>) -> SIMD3<Float> { a / scalar(a, a).squareRoot() }
}
