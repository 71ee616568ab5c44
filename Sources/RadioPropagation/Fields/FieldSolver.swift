internal import Glibc
package import Numerics

/// Turns the geometry of paths into fields: what each reflection, passage, bend and scattering does to a wave of one
/// frequency. Holds the scene's faces as flat tables; a plain value that any thread may use.
///
/// The models are Sionna RT's (ITU-R P.2040 slabs of the materials' thickness, Lambertian scattering), so that both
/// agree path by path; diffraction follows Kouyoumjian, Pathak and Luebbers (docs/decisions/0015-fields.md).
package struct FieldSolver: Sendable {
    package let frequencyHz: Double
    package let materialCount: Int
    /// Object of each face, for its velocity, and its material.
    let objectOfFace: [Int32]
    let materialOfFace: [Int32]
    let normalOfFace: [SIMD3<Double>]
    let materials: [MaterialElectrics]
    let wedges: [WedgeTable]
    let foliage: [FoliageVolume]
    let woodland: WoodlandAttenuation

    /// A wedge as diffraction needs it.
    struct WedgeTable: Sendable {
        var first: WedgeDiffraction.Side
        var second: WedgeDiffraction.Side
        var interiorAngle: Double
        var object: Int32
        var material: Int32
    }

    package var wavelengthMetres: Double { speedOfLight / frequencyHz }

    /// - Parameter frequencyHz: carrier, above 0.
    /// - Throws: `RadioMaterialError` where a material that some object has is not defined at the frequency.
    package init(scene: Scene, faces: SceneFaces, frequencyHz: Double) throws(RadioMaterialError) {
        precondition(frequencyHz > 0, "a carrier has a frequency above 0")
        self.frequencyHz = frequencyHz
        foliage = scene.foliage
        woodland = WoodlandAttenuation(frequencyHz: frequencyHz)
        materialCount = scene.materials.count
        var used = [Bool](repeating: false, count: scene.materials.count)
        for object in scene.objects { used[object.material] = true }
        var materials: [MaterialElectrics] = []
        for (index, material) in scene.materials.enumerated() {
            // A material that nothing is made of may be undefined at this frequency.
            let known = used[index] ? material : RadioMaterial(name: material.name, law: FieldSolver.vacuum)
            materials.append(try MaterialElectrics(known, frequencyHz: frequencyHz))
        }
        self.materials = materials
        objectOfFace = faces.faces.map(\.object)
        materialOfFace = faces.faces.map(\.material)
        normalOfFace = faces.faces.map(\.normal)
        wedges = faces.wedges.map { FieldSolver.table(of: $0, faces: faces, materials: materials) }
    }

    private static let vacuum = RadioMaterial.Law.constant(relativePermittivity: 1, conductivity: 0)

    /// The fields of all paths.
    ///
    /// - Parameter spreading: how many paths are spread over processors.
    /// - Precondition: the geometry's faces and wedges are those of the scene this solver was made for.
    package func solve(
        _ geometry: PathGeometry, motion: Motion = .none, spreading: WorkSpreading = .inOrder
    ) -> PathSet {
        var set = PathSet(geometry: geometry, frequencyHz: frequencyHz, materialCount: materialCount)
        set.reserve(geometry.count)
        let size = FieldSolver.partSize
        let parts = spreading.map((geometry.count + size - 1) / size) { part in
            (part * size..<min((part + 1) * size, geometry.count)).map { path in
                var traced = trace(path, of: geometry, motion: motion)
                if !foliage.isEmpty {
                    traced.transfer = traced.transfer.scaled(by: foliageAmplitude(path, of: geometry))
                }
                return traced
            }
        }
        for traced in parts.joined() { set.append(traced) }
        set.materialOfVertex = zip(geometry.kind, geometry.face).map { kind, face in
            kind == .diffraction ? wedges[Int(face)].material : materialOfFace[Int(face)]
        }
        set.objectOfVertex = zip(geometry.kind, geometry.face).map { kind, face in
            kind == .diffraction ? wedges[Int(face)].object : objectOfFace[Int(face)]
        }
        return set
    }

    /// Paths whose fields are found one after the other.
    private static let partSize = 1_024

    /// What foliage leaves of a path's amplitude: its metres in all volumes together (ITU-R P.833).
    private func foliageAmplitude(_ path: Int, of geometry: PathGeometry) -> Double {
        var from = geometry.transmitter
        var metres = 0.0
        for vertex in geometry.vertices(of: path) {
            for volume in foliage { metres += volume.metres(from: from, to: geometry.point[vertex]) }
            from = geometry.point[vertex]
        }
        let end = geometry.receivers[Int(geometry.receiver[path])]
        for volume in foliage { metres += volume.metres(from: from, to: end) }
        return metres > 0 ? pow(10, -woodland.attenuationDb(metres: metres) / 20) : 1
    }

    private static func table(
        of wedge: SceneFaces.Wedge, faces: SceneFaces, materials: [MaterialElectrics]
    ) -> WedgeTable {
        let first = faces.faces[Int(wedge.faces.x)]
        let second = wedge.faces.y < 0 ? first : faces.faces[Int(wedge.faces.y)]
        let along = normalised(wedge.b - wedge.a)
        return WedgeTable(
            first: WedgeDiffraction.Side(
                tangent: cross(wedge.firstNormal, along), normal: wedge.firstNormal,
                material: materials[Int(first.material)]),
            second: WedgeDiffraction.Side(
                tangent: cross(along, wedge.secondNormal), normal: wedge.secondNormal,
                material: materials[Int(second.material)]),
            interiorAngle: wedge.interiorAngle, object: first.object, material: first.material)
    }
}
