import RadioPropagation
import Testing

@Suite struct PLYMeshTests {
    private static let header = """
        ply
        format FORMAT 1.0
        comment made by hand
        element vertex 4
        property float x
        property double y
        property float z
        property uchar red
        element note 2
        property list uchar short words
        element face 1
        property uchar flags
        property list uchar int vertex_indices
        end_header

        """

    private static func binary(bigEndian: Bool) -> [UInt8] {
        var bytes = Array(
            header.replacing("FORMAT", with: bigEndian ? "binary_big_endian" : "binary_little_endian").utf8)
        func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { bytes += $0 }
        }
        for (x, y, z) in [(0, 0, 1), (2, 0, 1), (2, 3, 1), (0, 3, 1)] {
            put(Float(x).bitPattern)
            put(Double(y).bitPattern)
            put(Float(z).bitPattern)
            put(UInt8(200))
        }
        for words in [[1, 2, 3], []] {
            put(UInt8(words.count))
            words.forEach { put(Int16($0)) }
        }
        put(UInt8(1))
        put(UInt8(4))
        for index in 0..<4 { put(Int32(index)) }
        return bytes
    }

    private static let text = Array(
        (header.replacing("FORMAT", with: "ascii")
            + "0 0 1 200\n2 0 1 200\n2 3 1 200\r\n0 3.0 1e0 200\n3 1 2 3\n0\n1 4 0 1 2 3\n").utf8)

    @Test(arguments: [text, binary(bigEndian: false), binary(bigEndian: true)])
    func everyEncodingGivesTheSameMesh(bytes: [UInt8]) throws {
        let scene = try SceneFolder().load(ply: bytes)
        #expect(scene.vertices == [SIMD3(0, 0, 1), SIMD3(2, 0, 1), SIMD3(2, 3, 1), SIMD3(0, 3, 1)])
        #expect(scene.triangles == [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
        #expect(scene.objects.map(\.name) == ["wall"])
    }

    /// An arrowhead of 10 square metres, upright and seen from either side: a fan from its first corner would cover 50
    /// and 40 of the other sign.
    @Test(arguments: [false, true]) func aPolygonThatIsNotConvexIsCovered(isTurned: Bool) throws {
        let order = isTurned ? "0 3 2 1" : "0 1 2 3"
        let text = """
            ply
            format ascii 1.0
            element vertex 4
            property float x
            property float y
            property float z
            element face 1
            property list uchar int vertex_indices
            end_header
            5 0 0
            5 10 0
            5 10 10
            5 9 1
            4 \(order)

            """
        let scene = try SceneFolder().load(ply: Array(text.utf8))
        let doubled = scene.triangles.indices.map { triangle in
            let (a, b, c) = scene.corners(of: triangle)
            return (b.y - a.y) * (c.z - a.z) - (b.z - a.z) * (c.y - a.y)
        }
        #expect(doubled.count == 2 && doubled.allSatisfy { ($0 > 0) != isTurned }, "\(doubled)")
        #expect(doubled.reduce(0, +).magnitude == 20)
    }

    @Test func everyTruncationIsAnErrorWithAPlace() throws {
        let folder = try SceneFolder()
        for bytes in [Self.text.dropLast(3), Self.binary(bigEndian: false)[...]] {
            for length in stride(from: 0, to: bytes.count, by: 3) {
                let fault = try folder.fault(ply: Array(bytes.prefix(length)))
                #expect(fault?.hasPrefix("mesh.ply: ") == true, "\(length) bytes: \(fault ?? "no error")")
            }
        }
    }

    @Test func aFlippedByteNeverEndsTheProcess() throws {
        let folder = try SceneFolder()
        let good = Self.binary(bigEndian: false)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 0xFF
            _ = try folder.fault(ply: bytes)
        }
    }

    private static func mesh(_ vertices: String, _ faces: String, counts: (String, String)) -> [UInt8] {
        Array(
            """
            ply
            format ascii 1.0
            element vertex \(counts.0)
            property float x
            property float y
            property float z
            element face \(counts.1)
            property list uchar int vertex_index
            end_header
            \(vertices)
            \(faces)
            """.utf8)
    }

    @Test(arguments: [
        (mesh("0 0 0 1 0 0 0 1 nan", "3 0 1 2", counts: ("3", "1")), "mesh.ply: vertex 2: is not a finite point"),
        (mesh("0 0 0 1 0 0 0 inf 0", "3 0 1 2", counts: ("3", "1")), "mesh.ply: vertex 2: is not a finite point"),
        (mesh("0 0 0 1 0 0 0 1 0", "3 0 1 3", counts: ("3", "1")), "mesh.ply: face 0: names vertex 3.0, the file has"),
        (mesh("0 0 0 1 0 0 0 1 0", "3 0 1 -1", counts: ("3", "1")), "mesh.ply: face 0: names vertex -1.0"),
        (mesh("0 0 0 1 0 0 0 1 0", "2 0 1", counts: ("3", "1")), "mesh.ply: face 0: has 2 corners"),
        (mesh("0 0 0 1 0 zero 0 1 0", "3 0 1 2", counts: ("3", "1")), "'zero' is not a number, in vertex 1"),
        (mesh("0 0 0", "3 0 1 2", counts: ("4000000000", "1")), "4000000000 rows of 'vertex' are announced"),
        (mesh("0 0 0", "3 0 0 0", counts: ("1", "9223372036854775807")), "rows of 'face' are announced"),
        (mesh("0 0 0", "3 0 0 0", counts: ("-1", "1")), "is not 'element NAME COUNT'"),
        (mesh("0 0 0", "9999999 0 0 0", counts: ("1", "1")), "which the file cannot hold"),
        (mesh("0 0 0 1 0 0 2 0 0", "3 0 1 2", counts: ("3", "1")), "the scene has no triangle of any area"),
        (Array("plx\n".utf8), "is not a PLY file"),
        (
            Array("ply\nformat ascii 1.0\nelement face 0\nproperty list uchar int vertex_index\nend_header\n".utf8),
            "holds no element 'vertex'"
        ),
        (Array("ply\nformat binary_middle_endian 1.0\nend_header\n".utf8), "unknown format"),
        (Array("ply\nformat ascii 1.0\nelement vertex 1\nproperty half x\nend_header\n".utf8), "is not a property"),
    ])
    func whatIsBrokenIsNamed(bytes: [UInt8], message: String) throws {
        let fault = try SceneFolder().fault(ply: bytes)
        #expect(fault?.contains(message) == true, "\(fault ?? "no error")")
    }

    @Test func trianglesWithoutAreaAreDroppedAndNoted() throws {
        let scene = try SceneFolder().load(
            ply: Self.mesh(
                "0 0 0 1 0 0 0 1 0 2 0 0", "3 0 1 2 3 0 1 3 3 1 1 2", counts: ("4", "3")))
        #expect(scene.triangles == [SIMD3(0, 1, 2)])
        #expect(scene.notes == ["dropped 2 triangles without area in 1 object, first 'wall'"])
    }
}
