/// The planes and edges of a scene: what the image method mirrors in and what diffracts.
///
/// A **face** is a largest set of triangles of one object that hang together by edges and lie in one plane: within the
/// scene's `toleranceMetres` of the plane of its largest triangle, and within 1 mrad of its direction (more for a
/// sliver, whose direction the rounding of its vertices decides). So no path is found twice over the seam of triangles.
///
/// **Normals** point out of solids, whichever way the file winds its triangles: triangles that hang together are turned
/// alike, then all of them so that the volume above the lowest point is positive. A flat sheet has its normal up, or as
/// the file has it where it is upright. Where a mesh has no inside the choice is arbitrary; nothing but the sign of
/// angles may depend on it.
///
/// A **wedge** is a straight edge where two faces meet at an angle that differs from straight by more than 10 mrad, or
/// where a face ends. Faces of different objects meet where their edges have the same ends (walls and roof as separate
/// meshes). Where three or more meet, the two that bound the widest open sector form the wedge. Wedges that continue
/// each other between other faces (a wall drawn in pieces) share one line, so that they bend waves as one edge.
///
/// The order of faces and wedges is a function of the scene alone; an object that is added leaves the numbers of the
/// faces before it as they are.
package struct SceneFaces: Sendable {
    package struct Face: Sendable {
        /// The area's centre, in the plane.
        package var origin: SIMD3<Double>
        /// Unit normal.
        package var normal: SIMD3<Double>
        /// `dot(normal, x)` of every x in the plane, in metres.
        package var offset: Double
        package var object: Int32
        package var material: Int32
        /// Into `SceneFaces.triangles`.
        package var triangles: Range<Int>
        package var bounds: SceneBounds
        package var areaSquareMetres: Double
    }

    package struct Wedge: Sendable {
        package var a: SIMD3<Double>
        package var b: SIMD3<Double>
        /// The two faces; the second is -1 where the first one simply ends (a half plane).
        package var faces: SIMD2<Int32>
        /// Of the narrower side, 0...pi; 0 for a half plane. UTD's n is `(2 pi - interiorAngle) / pi`.
        package var interiorAngle: Double
        /// The faces' normals turned out of the narrower side; opposite to each other for a half plane.
        package var firstNormal: SIMD3<Double>
        package var secondNormal: SIMD3<Double>
        /// The narrower side is outside the solid: an inside corner, which no wave outside goes around. Where the mesh
        /// is the shell of a room, waves inside it do.
        package var isReentrant: Bool
        /// The line that it lies on, and its part of it.
        package var line: EdgeLine
    }

    /// A straight line and a part of it. Pieces of one edge have the same line, bit by bit, and parts that follow on
    /// without gap or overlap: what bends at a place of the line bends at one of them.
    package struct EdgeLine: Sendable, Equatable {
        package var origin: SIMD3<Double>
        /// Unit vector.
        package var along: SIMD3<Double>
        /// Metres from the origin; the end of an edge that nothing continues belongs to no part.
        package var part: Range<Double>

        /// Of an edge that nothing continues.
        init(from a: SIMD3<Double>, to b: SIMD3<Double>) {
            let edge = b - a
            let metres = length(edge)
            origin = a
            along = edge / metres
            part = Double.leastNonzeroMagnitude..<max(metres, .leastNonzeroMagnitude)
        }

        init(origin: SIMD3<Double>, along: SIMD3<Double>, part: Range<Double>) {
            self.origin = origin
            self.along = along
            self.part = part
        }
    }

    package internal(set) var faceOfTriangle: [Int32]
    package internal(set) var faces: [Face]
    /// The triangles of all faces, face after face.
    package internal(set) var triangles: [Int32]
    package internal(set) var wedges: [Wedge]

    package init(_ scene: Scene) {
        let edges = TriangleEdges(scene)
        let planes = TrianglePlanes(scene)
        let tolerance = scene.toleranceMetres
        let groups = FaceGroups(scene, edges: edges, planes: planes, tolerance: tolerance)
        let turned = TriangleOrientation(scene, edges: edges, planes: planes).signs
        faceOfTriangle = groups.faceOfTriangle
        triangles = groups.triangles
        faces = groups.ranges.map { range in
            SceneFaces.face(of: groups.triangles[range], range: range, scene: scene, planes: planes, signs: turned)
        }
        wedges = []
        wedges = WedgeFinder(scene, edges: edges, faces: faces, faceOfTriangle: faceOfTriangle).wedges()
        EdgeLines.share(among: &wedges, tolerance: tolerance)
    }

    package func triangles(of face: Int) -> ArraySlice<Int32> { triangles[faces[face].triangles] }

    private static func face(
        of triangles: ArraySlice<Int32>, range: Range<Int>, scene: Scene, planes: TrianglePlanes, signs: [Int8]
    ) -> Face {
        let seed = planes.normals[Int(triangles[triangles.startIndex])]
        var sum = SIMD3<Double>.zero
        var centre = SIMD3<Double>.zero
        var area = 0.0
        var turn = 0.0
        var bounds = SceneBounds.empty
        for triangle in triangles.map(Int.init) {
            let share = planes.areas[triangle]
            let side = dot(planes.normals[triangle], seed) < 0 ? -1.0 : 1.0
            sum += planes.normals[triangle] * (side * share)
            turn += side * share * Double(signs[triangle])
            let (a, b, c) = scene.corners(of: triangle)
            centre += (a + b + c) * (share / 3)
            area += share
            bounds.include(a)
            bounds.include(b)
            bounds.include(c)
        }
        let normal = normalised(sum) * (turn < 0 ? -1 : 1)
        let origin = centre / area
        let object = scene.objectOfTriangle(Int(triangles[triangles.startIndex]))
        return Face(
            origin: origin, normal: normal, offset: dot(normal, origin), object: Int32(object),
            material: Int32(scene.objects[object].material), triangles: range, bounds: bounds, areaSquareMetres: area)
    }
}

/// Area and plane of each triangle.
struct TrianglePlanes {
    var normals: [SIMD3<Double>] = []
    var areas: [Double] = []
    /// Shortest height in metres: a sliver's is near 0.
    var heights: [Double] = []

    init(_ scene: Scene) {
        for triangle in scene.triangles.indices {
            let (a, b, c) = scene.corners(of: triangle)
            let product = cross(b - a, c - a)
            let twice = length(product)
            normals.append(twice > 0 ? product / twice : SIMD3(0, 0, 1))
            areas.append(twice / 2)
            heights.append(twice / max(length(b - a), length(c - b), length(a - c)))
        }
    }
}
