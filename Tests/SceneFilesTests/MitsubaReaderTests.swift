import RadioPropagation
import SceneFiles
import Testing

@Suite struct MitsubaReaderTests {
    private static func scene(_ body: String) -> String { "<scene version=\"2.1.0\">\n\(body)\n</scene>\n" }

    private static let concrete = """
        <bsdf type="itu-radio-material" id="concrete"><string name="type" value="concrete"/></bsdf>
        """

    private static func rectangle(_ inside: String) -> String {
        "<shape type=\"rectangle\" id=\"r\">\(inside)</shape>"
    }

    // MARK: - Materials

    @Test func materialsAreReadAsSionnaReadsThem() throws {
        let scene = try SceneFolder().load(
            xml: Self.scene(
                """
                <!-- all the ways to name a material -->
                <bsdf type="itu-radio-material" id="wall">
                    <string name="type" value="brick"/><float name="thickness" value="0.25"/>
                    <float name="scattering_coefficient" value="0.3"/><float name="xpd_coefficient" value="0.1"/>
                </bsdf>
                <bsdf type="twosided" id="mat-itu_metal"><bsdf type="diffuse"><rgb value="0.1 0.2 0.3"/></bsdf></bsdf>
                <bsdf type="diffuse" id="mat-itu_wood.003"/>
                <bsdf type="radio-material" id="own">
                    <float name="relative_permittivity" value="4.5"/><float name="conductivity" value="0.02"/>
                </bsdf>
                <bsdf type="diffuse" id="paint"/>
                <shape type="cube" id="a"><ref id="wall"/></shape>
                <shape type="cube" id="b"><ref id="mat-itu_metal" name="bsdf"/></shape>
                <shape type="cube" id="c"><ref id="mat-itu_wood.003" name="bsdf"/></shape>
                <shape type="cube" id="d"><ref id="own" name="bsdf"/></shape>
                <shape type="cube" id="e">
                    <bsdf type="itu-radio-material"><string name="type" value="glass"/></bsdf>
                </shape>
                <sensor type="perspective"/><emitter type="constant"/><emitter type="point"/>
                """))
        #expect(scene.materials.map(\.name) == ["wall", "itu_metal", "itu_wood", "own", "itu_glass"])
        #expect(scene.materials.map(\.thicknessMetres) == [0.25, 0.1, 0.1, 0.1, 0.1])
        #expect(scene.materials[0].scatteringCoefficient == 0.3)
        #expect(scene.materials[0].crossPolarisationDiscrimination == 0.1)
        #expect(try scene.materials[0].properties(frequencyHz: 1e9).relativePermittivity == 3.91)
        #expect(scene.materials[3].law == .constant(relativePermittivity: 4.5, conductivity: 0.02))
        #expect(
            scene.notes == [
                "read 'mat-itu_wood.003' as 'itu_wood': the number is Blender's", "ignored 2 <emitter>",
                "ignored 1 <sensor>",
            ])
    }

    // MARK: - Transforms

    @Test(arguments: [
        ("<translate x=\"1\" z=\"2\"/>", SIMD3<Float>(0, -1, 2)),
        ("<translate value=\"1, 2, 3\"/>", SIMD3<Float>(0, 1, 3)),
        ("<scale value=\"2\"/><translate x=\"1\"/>", SIMD3<Float>(-1, -2, 0)),
        ("<translate x=\"1\"/><scale x=\"2\" y=\"3\"/>", SIMD3<Float>(0, -3, 0)),
        ("<rotate z=\"1\" angle=\"90\"/>", SIMD3<Float>(1, -1, 0)),
        ("<rotate value=\"0 2 0\" angle=\"-90\"/>", SIMD3<Float>(0, -1, -1)),
        ("<matrix value=\"0 0 1 5  0 1 0 0  -1 0 0 0  0 0 0 1\"/>", SIMD3<Float>(5, -1, 1)),
        ("<matrix value=\"2 0 0 0 2 0 0 0 2\"/>", SIMD3<Float>(-2, -2, 0)),
        ("<lookat origin=\"0,0,0\" target=\"1,0,0\" up=\"0,0,1\"/>", SIMD3<Float>(0, -1, -1)),
    ])
    func toWorldMovesTheFirstCorner(steps: String, corner: SIMD3<Float>) throws {
        let scene = try SceneFolder().load(
            xml: Self.scene(
                Self.concrete
                    + Self.rectangle(
                        "<transform name=\"to_world\">\(steps)</transform><ref id=\"concrete\" name=\"bsdf\"/>")))
        #expect((scene.vertices[0] - corner).max() < 1e-6 && (corner - scene.vertices[0]).max() < 1e-6)
    }

    // MARK: - Files

    @Test func includesAndDefaultsWork() throws {
        let folder = try SceneFolder()
        try folder.write(Self.scene(Self.concrete), to: "materials.xml")
        let scene = try folder.load(
            xml: Self.scene(
                """
                <default name="side" value="3"/><default name="material" value="concrete"/>
                <include filename="materials.xml"/>
                <shape type="merge"><shape type="rectangle" id="mesh-r">
                    <transform name="to_world"><scale x="$side" y="1"/></transform>
                    <ref id="$material" name="bsdf"/>
                </shape></shape>
                """))
        #expect(scene.vertices[0] == SIMD3(-3, -1, 0))
        #expect(scene.objects.map(\.name) == ["r"])
        #expect(scene.name == "scene")
    }

    @Test func aMeshMayLieInAnotherFolder() throws {
        let (one, two) = (try SceneFolder(), try SceneFolder())
        try one.write(
            "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
                + "element face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0 1 0 0 0 1 0 3 0 1 2\n",
            to: "mesh.ply")
        let folder = one.path.split(separator: "/").last ?? ""
        let xml = SceneFolder.oneMesh
        #expect(try two.load(xml: xml.replacing("mesh.ply", with: "../\(folder)/mesh.ply")).triangles.count == 1)
        #expect(try two.load(xml: xml.replacing("mesh.ply", with: "\(one.path)/mesh.ply")).triangles.count == 1)
    }

    @Test(arguments: [
        ("", "scene.xml:1:1: the file holds no element"),
        ("<scene>", "scene.xml:1:1: <scene> is never closed"),
        ("<scene>\n  <bsdf>\n</scene>", "scene.xml:3:1: </scene> where </bsdf> was expected"),
        ("<scene a=1/>", "scene.xml:1:10: the value of 'a' is not in quotes"),
        ("<scene a='1' a='2'/>", "scene.xml:1:14: attribute 'a' appears twice"),
        ("<scene a='<'/>", "scene.xml:1:11: '<' inside the value of 'a'"),
        ("<scene/><scene/>", "scene.xml:1:9: a second root element <scene>"),
        ("<scene>text</scene>", "scene.xml:1:8: text where an element was expected"),
        ("<scene><!-- </scene>", "scene.xml:1:8: the comment is never closed"),
        ("<!DOCTYPE s [<!ENTITY a 'aaaa'>]><scene/>", "scene.xml:1:1: document type declarations are not read"),
        ("<scene a='&b;'/>", "scene.xml:1:11: unknown entity '&b;'"),
        (String(repeating: "<s>", count: 10_000), "scene.xml:1:193: elements are nested more than 64 deep"),
        ("<world/>", "scene.xml:1:1: <world> where <scene> belongs"),
        ("<scene></scene>", "scene.xml: the scene has no triangle"),
        (scene("<include filename=\"scene.xml\"/>"), "scene.xml:2:1: includes are nested more than 8 deep"),
        (scene("<include filename=\"none.xml\"/>"), "none.xml: cannot be opened: No such file"),
        (scene("<shape type=\"obj\"/>"), "scene.xml:2:1: shapes of type 'obj' are not read: known are ply"),
        (scene("<shape/>"), "scene.xml:2:1: <shape> has no attribute 'type'"),
        (scene("<shape type=\"ply\"/>"), "scene.xml:2:1: a ply shape needs"),
        (scene(rectangle("")), "scene.xml:2:1: the shape has no material"),
        (scene(rectangle("<ref id=\"stone\"/>")), "scene.xml:2:32: there is no bsdf 'stone': known are"),
        (scene("<bsdf type=\"diffuse\"/>"), "scene.xml:2:1: a bsdf of the scene needs an id"),
        (scene(concrete + concrete), "the id 'concrete' is taken"),
        (
            scene("<bsdf type=\"diffuse\" id=\"x\"/>" + rectangle("<ref id=\"x\"/>")),
            "is a diffuse, not a radio material"
        ),
        (
            scene("<bsdf type=\"diffuse\" id=\"mat-itu_stone\"/>"),
            "unknown material 'stone': known are vacuum, concrete"
        ),
        (scene("<bsdf type=\"itu-radio-material\" id=\"x\"/>"), "'x' has no <string name=\"type\""),
        (
            scene("<bsdf type=\"radio-material\" id=\"x\"><float name=\"conductivity\" value=\"-1\"/></bsdf>"),
            "scene.xml:2:36: conductivity -1.0 is not in 0.0...1000000000000.0"
        ),
        (
            scene("<bsdf type=\"radio-material\" id=\"x\"><float name=\"thickness\" value=\"thin\"/></bsdf>"),
            "'thin' of 'value' is not a number"
        ),
        (scene(rectangle("<transform name=\"to_world\"><turn/></transform>")), "<turn> is no step of a transform"),
        (
            scene(rectangle("<transform name=\"to_world\"><matrix value=\"1 2\"/></transform>")),
            "a matrix has 16 or 9 numbers, not 2"
        ),
        (
            scene(rectangle("<transform name=\"to_world\"><rotate angle=\"1\"/></transform>")),
            "a rotation needs an axis"
        ),
        (scene(rectangle("<transform name=\"to_world\"><scale value=\"$s\"/></transform>")), "'$s' has no <default>"),
        (
            scene(rectangle("<transform name=\"toWorld\"><scale value=\"2\"/></transform>")),
            "the transform 'toWorld' is not known: is it to_world?"
        ),
        (
            scene("<shape type=\"merge\"><transform name=\"to_world\"/></shape>"),
            "a merge has no transform of its own"
        ),
        (
            scene(concrete + rectangle("<transform name=\"to_world\"><scale value=\"1e60\"/></transform>")),
            "to_world takes a vertex to infinity"
        ),
    ])
    func whatIsBrokenIsNamed(xml: String, message: String) throws {
        let fault = try SceneFolder().fault(xml: xml)
        #expect(fault?.contains(message) == true, "\(fault ?? "no error")")
    }

    @Test func aMissingMeshIsTheFaultOfItsLine() throws {
        let fault = try SceneFolder().fault(xml: SceneFolder.oneMesh)
        #expect(fault == "scene.xml:4:9: the mesh mesh.ply: cannot be opened: No such file or directory")
    }

    @Test func everyTruncationIsAnError() throws {
        let folder = try SceneFolder()
        let bytes = Array(Self.scene(Self.concrete + Self.rectangle("<ref id=\"concrete\"/>")).utf8)
        for length in 0..<(bytes.count - 1) {
            #expect(try folder.fault(xml: String(decoding: bytes.prefix(length), as: UTF8.self)) != nil)
        }
    }

    @Test func aFlippedByteNeverEndsTheProcess() throws {
        let folder = try SceneFolder()
        let steps = "<transform name=\"to_world\"><rotate z=\"1\" angle=\"9\"/><scale value=\"2\"/></transform>"
        let good = Array(Self.scene(Self.concrete + Self.rectangle(steps + "<ref id=\"concrete\"/>")).utf8)
        for index in good.indices {
            for mask in [UInt8(0xFF), 0x20, 0x04] {
                var bytes = good
                bytes[index] ^= mask
                try folder.write(bytes, to: "flipped.xml")
                // An error or a scene; both are fine.
                _ = try? SceneFile.load("\(folder.path)/flipped.xml")
            }
        }
    }

    // MARK: - Writing

    /// What is left of the second name with its number is the third name: each keeps a mesh of its own.
    @Test func objectsOfLikeNamesKeepTheirMeshes() throws {
        let folder = try SceneFolder()
        var builder = SceneBuilder(name: "three")
        let material = builder.index(of: try ITUMaterials.material(named: "brick"))
        for (index, name) in ["a b", "a_b", "a_b_1"].enumerated() {
            let x = Float(10 * index)
            builder.add(
                name: name, material: material, vertices: [SIMD3(x, 0, 0), SIMD3(x + 1, 0, 0), SIMD3(x, 0, 2)],
                triangles: [SIMD3(0, 1, 2)])
        }
        let scene = builder.scene()
        let read = try SceneFile.load(try MitsubaWriter(scene).write(to: folder.path, name: "three"))
        #expect(read.objects == scene.objects && read.vertices == scene.vertices)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try SceneFolder()
        var city = CityBlocks(columns: 3, rows: 2, seed: 5)
        city.wallMaterials = ["itu_brick", "itu_glass"]
        let made = try city.scene()
        let own = RadioMaterial(
            name: "own", law: .constant(relativePermittivity: 3, conductivity: 0.5), thicknessMetres: 0.02,
            scatteringCoefficient: 0.4, crossPolarisationDiscrimination: 0.2)
        let scene = made.adding(
            name: "a <lorry> & more", material: own, vertices: [SIMD3(0, 0, 0), SIMD3(1, 0.1, 0), SIMD3(0, 1, 2)],
            triangles: [SIMD3(0, 1, 2)]
        ).scene
        let path = try MitsubaWriter(scene).write(to: folder.path, name: "city")
        let read = try SceneFile.load(path)
        #expect(read.name == "city")
        #expect(read.materials == scene.materials)
        #expect(read.objects == scene.objects)
        for triangle in scene.triangles.indices { #expect(read.corners(of: triangle) == scene.corners(of: triangle)) }
    }
}
