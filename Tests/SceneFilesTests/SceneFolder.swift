import Foundation
import RadioPropagation
import SceneFiles

/// A folder of scene files that is gone with the value.
final class SceneFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "dtnet-scene-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    /// Reads the text as `scene.xml` beside what else was written.
    func load(xml: String) throws -> Scene {
        try write(xml, to: "scene.xml")
        return try SceneFile.load("\(path)/scene.xml")
    }

    /// The error that reading gives, without the folder's name; nil where there is none.
    func fault(xml: String) throws -> String? {
        do {
            _ = try load(xml: xml)
            return nil
        } catch {
            return "\(error)".replacingOccurrences(of: path + "/", with: "")
        }
    }

    /// A scene of one concrete shape whose mesh is `mesh.ply`.
    static let oneMesh = """
        <scene version="2.1.0">
            <bsdf type="itu-radio-material" id="concrete"><string name="type" value="concrete"/></bsdf>
            <shape type="ply" id="mesh-wall">
                <string name="filename" value="mesh.ply"/>
                <ref id="concrete" name="bsdf"/>
            </shape>
        </scene>
        """

    func fault(ply: [UInt8]) throws -> String? {
        try write(ply, to: "mesh.ply")
        return try fault(xml: SceneFolder.oneMesh)
    }

    func load(ply: [UInt8]) throws -> Scene {
        try write(ply, to: "mesh.ply")
        return try load(xml: SceneFolder.oneMesh)
    }
}
