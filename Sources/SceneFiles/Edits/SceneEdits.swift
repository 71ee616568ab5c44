internal import Foundation
package import RadioPropagation

/// How the world differs from a scene's file: what came (buildings, parked lorries) and what is gone, in order.
///
/// A JSON file: `{"format": "dtnet scene edits 1", "edits": [...]}` with edits `{"remove": NAME}` and
/// `{"add": NAME, "material": "itu_metal", "outline": [[x, y], ...], "height": 4, "foot": 0.5}`, where instead of the
/// outline a box may stand: `"centre": [x, y], "size": [length, width], "bearing_deg": 30`. Metres in the scene's axes;
/// `height` is from the ground, `foot` 0 where it is not said. The file says all edits that are in force: one that is
/// taken out of it is undone.
package struct SceneEdits: Sendable, Equatable {
    package enum Edit: Sendable, Equatable {
        case add(Solid)
        case remove(String)

        /// Of the object that comes or goes.
        package var name: String {
            switch self {
            case .add(let solid): solid.name
            case .remove(let name): name
            }
        }
    }

    /// Walls and a roof over an outline, with a floor where it begins above the ground.
    package struct Solid: Sendable, Equatable {
        package var name: String
        /// ITU name, or that of a material of the scene.
        package var material: String
        package var outline: [SIMD2<Double>]
        /// Metres above z = 0.
        package var footMetres: Double
        package var topMetres: Double

        package init(
            name: String, material: String, outline: [SIMD2<Double>], footMetres: Double = 0, topMetres: Double
        ) {
            self.name = name
            self.material = material
            self.outline = outline
            self.footMetres = footMetres
            self.topMetres = topMetres
        }
    }

    package var edits: [Edit]

    package init(_ edits: [Edit] = []) { self.edits = edits }

    package static let format = "dtnet scene edits 1"
    /// Edits of a file at most, and bytes.
    package static let most = 10_000
    private static let mostBytes = 16 << 20

    /// - Throws: what is wrong with the file, with the number of the edit.
    package static func read(_ path: String) throws(SceneFileError) -> SceneEdits {
        try parse(try FileBytes.read(path), file: path)
    }

    /// - Parameter file: name for errors.
    package static func parse(_ bytes: [UInt8], file: String) throws(SceneFileError) -> SceneEdits {
        guard bytes.count <= mostBytes else { throw SceneFileError(file, "has more than \(mostBytes >> 20) MiB") }
        let document: EditDocument
        do {
            document = try JSONDecoder().decode(EditDocument.self, from: Data(bytes))
        } catch {
            throw SceneFileError(file, "is no file of scene edits: \(EditDocument.words(error))")
        }
        guard document.format == format else {
            throw SceneFileError(file, "format is '\(document.format)', not '\(format)'")
        }
        guard document.edits.count <= most else { throw SceneFileError(file, "has more than \(most) edits") }
        var edits = SceneEdits()
        for (number, entry) in document.edits.enumerated() {
            do throws(EditDocument.Fault) {
                edits.edits.append(try entry.edit())
            } catch {
                throw SceneFileError(file, .part("edits[\(number)]"), error.text)
            }
        }
        return edits
    }

    // MARK: - Applying

    /// The scene with all edits made. Materials of the scene keep their numbers, new ones come last.
    ///
    /// - Throws: an edit that the scene does not let be made, by its number in `file`.
    package func applied(to scene: Scene, file: String) throws(SceneFileError) -> Scene {
        var scene = scene
        for (number, edit) in edits.enumerated() {
            let place = SceneFileError.Place.part("edits[\(number)]")
            let isThere = scene.objects.contains { $0.name == edit.name }
            switch edit {
            case .remove(let name):
                guard isThere else { throw SceneFileError(file, place, "there is no object '\(name)' to remove") }
                scene = scene.removing(name: name).scene
            case .add(let solid):
                guard !isThere else { throw SceneFileError(file, place, "there is an object '\(solid.name)' already") }
                let mesh: (vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>])
                do throws(Footprint.Fault) {
                    mesh = try solid.mesh()
                } catch {
                    throw SceneFileError(file, place, "'\(solid.name)' has \(error.text)")
                }
                let material = try SceneEdits.material(solid.material, scene, file: file, place: place)
                scene =
                    scene.adding(
                        name: solid.name, material: material, vertices: mesh.vertices, triangles: mesh.triangles
                    ).scene
            }
        }
        return scene
    }

    private static func material(
        _ name: String, _ scene: Scene, file: String, place: SceneFileError.Place
    ) throws(SceneFileError) -> RadioMaterial {
        if let known = scene.materials.first(where: { $0.name == name }) { return known }
        do throws(RadioMaterialError) {
            return try ITUMaterials.material(named: name)
        } catch {
            throw SceneFileError(file, place, error.description)
        }
    }

    /// The box around everything that differs between two states of one scene: the objects that the edits name which
    /// the two do not begin with alike, as they are before and after.
    package func changed(from old: SceneEdits, before: Scene, after: Scene) -> SceneBounds {
        let common = zip(edits, old.edits).prefix { $0 == $1 }.count
        var box = SceneBounds.empty
        for edit in edits.dropFirst(common) + old.edits.dropFirst(common) {
            for scene in [before, after] {
                for object in scene.objects where object.name == edit.name {
                    box = box.union(scene.bounds(of: object.triangles))
                }
            }
        }
        return box
    }
}

extension SceneEdits.Solid {
    /// Walls, roof, and a floor where it does not stand on the ground.
    func mesh() throws(Footprint.Fault) -> (vertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>]) {
        let footprint = try Footprint([outline])
        let ring = footprint.rings[0]
        let count = UInt32(ring.count)
        let vertices = [footMetres, topMetres].flatMap { z in
            ring.map { SIMD3(Float($0.x), Float($0.y), Float(z)) }
        }
        var triangles = footprint.triangles.map { $0 &+ count }
        for index in 0..<count {
            let next = (index + 1) % count
            triangles += [SIMD3(index, next, next + count), SIMD3(index, next + count, index + count)]
        }
        if footMetres > 0 { triangles += footprint.triangles.map { SIMD3($0.x, $0.z, $0.y) } }
        return (vertices, triangles)
    }
}
