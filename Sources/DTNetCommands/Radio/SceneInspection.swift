internal import Foundation
package import RadioPropagation

/// What a scene holds, for `dtnet radio inspect`.
package struct SceneInspection: Encodable, Sendable {
    package struct Material: Encodable, Sendable {
        package var name: String
        /// `concrete` of ITU-R P.2040, or `constant`.
        package var law: String
        package var objects: Int
        package var triangles: Int
        package var areaSquareMetres: Double
        package var thicknessMetres: Double
        package var scatteringCoefficient: Double
        /// At the frequency asked for; nil where the table does not reach it.
        package var relativePermittivity: Double?
        package var conductivity: Double?
    }

    package var name: String
    package var frequencyHz: Double
    /// Corners of the box around all triangles, in metres.
    package var minimum: [Double]
    package var maximum: [Double]
    package var objects: Int
    package var triangles: Int
    package var vertices: Int
    /// Planar faces: what the image method mirrors in.
    package var faces: Int
    /// Edges that diffract, and how many of them are the free end of a face or an inside corner.
    package var wedges: Int
    package var freeWedges: Int
    package var insideCorners: Int
    /// Points closer than this are one.
    package var toleranceMetres: Double
    package var materials: [Material]
    /// Volumes of trees.
    package var foliage: Int
    /// What the reader ignored or repaired, and what does not fit the frequency.
    package var notes: [String]

    /// - Throws: where the scene has no triangle, or Embree refuses it.
    package init(_ scene: Scene, frequencyHz: Double) throws(SceneIndexError) {
        let index = try SceneIndex(scene)
        let faces = index.faces
        name = scene.name
        self.frequencyHz = frequencyHz
        minimum = (0..<3).map { index.bounds.minimum[$0] }
        maximum = (0..<3).map { index.bounds.maximum[$0] }
        objects = scene.objects.count
        triangles = scene.triangles.count
        vertices = scene.vertices.count
        self.faces = faces.faces.count
        wedges = faces.wedges.count
        freeWedges = faces.wedges.count { $0.faces.y < 0 }
        insideCorners = faces.wedges.count { $0.isReentrant }
        toleranceMetres = index.toleranceMetres
        notes = scene.notes
        foliage = scene.foliage.count
        materials = []
        for (number, material) in scene.materials.enumerated() {
            let own = faces.faces.filter { $0.material == Int32(number) }
            var row = Material(
                name: material.name, law: material.lawName,
                objects: scene.objects.count { $0.material == number },
                triangles: own.reduce(0) { $0 + $1.triangles.count },
                areaSquareMetres: own.reduce(0) { $0 + $1.areaSquareMetres },
                thicknessMetres: material.thicknessMetres, scatteringCoefficient: material.scatteringCoefficient)
            do throws(RadioMaterialError) {
                let properties = try material.properties(frequencyHz: frequencyHz)
                row.relativePermittivity = properties.relativePermittivity
                row.conductivity = properties.conductivity
            } catch {
                notes.append(error.description)
            }
            materials.append(row)
        }
    }

    package func jsonText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    // MARK: - Lines

    package var lines: [String] {
        let size = (0..<3).map { SceneInspection.text(maximum[$0] - minimum[$0], 2) }.joined(separator: " x ")
        var lines = [
            "scene      \(name)",
            "size       \(size) m, from \(point(minimum)) to \(point(maximum))",
            "objects    \(objects) with \(triangles) triangles and \(vertices) vertices",
            "faces      \(faces) planes to reflect in",
            "wedges     \(wedges) edges to diffract at: \(freeWedges) free ends, \(insideCorners) inside corners",
            "",
        ]
        if foliage > 0 { lines.insert("foliage    \(foliage) volumes of trees", at: 5) }
        lines.insert("tolerance  \(SceneInspection.text(toleranceMetres * 1_000, 3)) mm", at: 5)
        var table = TextTable(
            [
                "material", "law", "objects", "triangles", "area m2", "thickness m", "scattering", "permittivity",
                "conductivity S/m",
            ], numeric: [2, 3, 4, 5, 6, 7, 8])
        for material in materials {
            table.add([
                material.name, material.law, "\(material.objects)", "\(material.triangles)",
                SceneInspection.text(material.areaSquareMetres, 1), SceneInspection.text(material.thicknessMetres, 3),
                SceneInspection.text(material.scatteringCoefficient, 2),
                material.relativePermittivity.map { SceneInspection.text($0, 4) } ?? "-",
                material.conductivity.map { SceneInspection.text($0, 6) } ?? "-",
            ])
        }
        lines += table.lines
        lines.append("(permittivity and conductivity at \(SceneInspection.text(frequencyHz / 1e9, 3)) GHz)")
        if !notes.isEmpty { lines += [""] + notes.map { "note       \($0)" } }
        return lines
    }

    private func point(_ values: [Double]) -> String {
        "(" + values.map { SceneInspection.text($0, 2) }.joined(separator: ", ") + ")"
    }

    /// So many decimals, zeros at the end left out.
    private static func text(_ value: Double, _ decimals: Int) -> String {
        var text = String(format: "%.\(decimals)f", value)
        while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") {
            let isPoint = text.hasSuffix(".")
            text.removeLast()
            if isPoint { break }
        }
        return text == "-0" ? "0" : text
    }
}

extension RadioMaterial {
    /// The row of the table that the law is, or `constant`.
    fileprivate var lawName: String {
        guard case .itu(let rows) = law else { return "constant" }
        return ITUMaterials.table.first { $0.value == rows }?.key ?? "itu"
    }
}
