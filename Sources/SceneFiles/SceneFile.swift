package import RadioPropagation

/// Scenes on disk.
package enum SceneFile {
    /// Reads a scene by the ending of its name: `.xml` (Mitsuba, with its PLY meshes) or `.geojson`, `.json`
    /// (building footprints).
    ///
    /// - Throws: what is wrong, with file and place.
    package static func load(
        _ path: String, footprints: FootprintOptions = FootprintOptions()
    ) throws(SceneFileError) -> Scene {
        let name = path.lowercased()
        if name.hasSuffix(".xml") { return try MitsubaReader.read(path) }
        if name.hasSuffix(".geojson") || name.hasSuffix(".json") {
            return try FootprintReader.read(path, options: footprints)
        }
        throw SceneFileError(path, "is neither .xml (Mitsuba) nor .geojson (building footprints)")
    }
}
