internal import Glibc
package import RadioPropagation

/// Writes a scene as Mitsuba XML with a text PLY mesh for each object, which Sionna RT and `SceneFile` read.
package struct MitsubaWriter {
    private let scene: Scene
    /// Letters, digits, `-` and `_` of the objects' names, and the ids of the materials; no two alike.
    private let meshNames: [String]
    private let materialIDs: [String]

    package init(_ scene: Scene) {
        self.scene = scene
        meshNames = MitsubaWriter.unique(
            scene.objects.map { object in
                String(object.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
            })
        materialIDs = MitsubaWriter.unique(scene.materials.map { "mat-\($0.name)" })
    }

    /// The names, with their numbers where they would be alike.
    private static func unique(_ names: [String]) -> [String] {
        var taken = Set<String>()  // lookup only
        return names.enumerated().map { index, name in
            var own = name
            while !taken.insert(own).inserted { own += "_\(index)" }
            return own
        }
    }

    /// Writes `FOLDER/NAME.xml` and `FOLDER/meshes/*.ply`, over what is there; folders are made.
    ///
    /// - Returns: the path of the XML file.
    package func write(to folder: String, name: String) throws(SceneFileError) -> String {
        guard scene.foliage.isEmpty else {
            throw SceneFileError(folder, "has foliage, which Mitsuba scenes cannot hold: keep it as footprints")
        }
        try make("\(folder)/meshes")
        for index in scene.objects.indices {
            try put(mesh(index), at: "\(folder)/meshes/\(meshNames[index]).ply")
        }
        let path = "\(folder)/\(name).xml"
        try put(description(), at: path)
        return path
    }

    // MARK: - Text

    private func description() -> String {
        var lines = ["<scene version=\"2.1.0\">"]
        for (index, material) in scene.materials.enumerated() {
            lines += bsdf(material, id: materialIDs[index])
        }
        for (index, object) in scene.objects.enumerated() {
            lines += [
                "    <shape type=\"ply\" id=\"mesh-\(escaped(object.name))\">",
                "        <string name=\"filename\" value=\"meshes/\(meshNames[index]).ply\"/>",
                "        <boolean name=\"face_normals\" value=\"true\"/>",
                "        <ref id=\"\(escaped(materialIDs[object.material]))\" name=\"bsdf\"/>",
                "    </shape>",
            ]
        }
        return (lines + ["</scene>", ""]).joined(separator: "\n")
    }

    private func bsdf(_ material: RadioMaterial, id: String) -> [String] {
        var lines: [String] = []
        switch material.law {
        case .itu(let rows):
            let type = ITUMaterials.table.first { $0.value == rows }?.key ?? ""
            lines = [
                "    <bsdf type=\"itu-radio-material\" id=\"\(escaped(id))\">",
                "        <string name=\"type\" value=\"\(type)\"/>",
            ]
        case .constant(let relativePermittivity, let conductivity):
            lines = [
                "    <bsdf type=\"radio-material\" id=\"\(escaped(id))\">",
                "        <float name=\"relative_permittivity\" value=\"\(relativePermittivity)\"/>",
                "        <float name=\"conductivity\" value=\"\(conductivity)\"/>",
            ]
        }
        lines.append("        <float name=\"thickness\" value=\"\(material.thicknessMetres)\"/>")
        let scattering = [
            ("scattering_coefficient", material.scatteringCoefficient),
            ("xpd_coefficient", material.crossPolarisationDiscrimination),
        ]
        for (name, value) in scattering where value != 0 {
            lines.append("        <float name=\"\(name)\" value=\"\(value)\"/>")
        }
        return lines + ["    </bsdf>"]
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }

    /// The object's own vertices in the order of their use.
    private func mesh(_ index: Int) -> String {
        let triangles = scene.triangles[scene.objects[index].triangles]
        let used = Set(triangles.flatMap { [$0.x, $0.y, $0.z] }).sorted()
        let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        var lines = ["ply", "format ascii 1.0", "element vertex \(used.count)"]
        lines += ["x", "y", "z"].map { "property float \($0)" }
        lines += ["element face \(triangles.count)", "property list uchar int vertex_indices", "end_header"]
        for vertex in used.map({ scene.vertices[Int($0)] }) { lines.append("\(vertex.x) \(vertex.y) \(vertex.z)") }
        for triangle in triangles {
            lines.append("3 " + (0..<3).map { "\(places[triangle[$0]] ?? 0)" }.joined(separator: " "))
        }
        return (lines + [""]).joined(separator: "\n")
    }

    /// The folder and those above it.
    private func make(_ folder: String) throws(SceneFileError) {
        for end in folder.indices.dropFirst() where folder[end] == "/" { mkdir(String(folder[..<end]), 0o777) }
        guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
            throw SceneFileError(folder, "cannot be made: \(String(cString: strerror(errno)))")
        }
    }

    private func put(_ text: String, at path: String) throws(SceneFileError) {
        guard let stream = fopen(path, "w") else {
            throw SceneFileError(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
        let isWritten = fputs(text, stream) >= 0
        guard fclose(stream) == 0, isWritten else {
            throw SceneFileError(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
