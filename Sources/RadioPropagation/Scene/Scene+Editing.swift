/// A scene after a change, and where it changed.
package struct SceneEdit: Sendable {
    package var scene: Scene
    /// The box around what came or went: a path whose segments all stay outside was not touched. Empty where nothing
    /// changed.
    package var changed: SceneBounds
}

extension Scene {
    /// The scene with one object more, e.g. a parked lorry. Numbers of objects, triangles and faces that were there
    /// stay what they are: the new ones come last.
    ///
    /// - Parameter triangles: indices into `vertices`; those without area are dropped.
    package func adding(
        name: String, material: RadioMaterial, vertices newVertices: [SIMD3<Float>], triangles: [SIMD3<UInt32>]
    ) -> SceneEdit {
        var builder = SceneBuilder(self)
        let index = builder.index(of: material)
        builder.add(name: name, material: index, vertices: newVertices, triangles: triangles)
        let scene = builder.scene()
        return SceneEdit(scene: scene, changed: scene.bounds(of: self.triangles.count..<scene.triangles.count))
    }

    /// The scene without the objects of that name; the same scene where there is none. Later numbers move up.
    package func removing(name: String) -> SceneEdit {
        guard objects.contains(where: { $0.name == name }) else { return SceneEdit(scene: self, changed: .empty) }
        var kept: [SIMD3<UInt32>] = []
        var keptObjects: [SceneObject] = []
        var changed = SceneBounds.empty
        for object in objects {
            if object.name == name {
                changed = changed.union(bounds(of: object.triangles))
                continue
            }
            let start = kept.count
            kept += triangles[object.triangles]
            keptObjects.append(
                SceneObject(name: object.name, material: object.material, triangles: start..<kept.count))
        }
        let scene = Scene(
            name: self.name, vertices: vertices, triangles: kept, objects: keptObjects, materials: materials,
            notes: notes, foliage: foliage)
        return SceneEdit(scene: scene, changed: changed)
    }
}
