internal import Foundation

/// A folder of texts, `.md` and `.txt`, the folders in it included.
package enum DocumentFolder {
    /// Files at most; more are refused.
    package static let mostFiles = 20_000

    /// The documents of a folder in the order of their paths; their ids are `collection/path`, without the suffix.
    /// Throws `unreadable` where the folder or a file in it cannot be read, `input` where a file is larger than
    /// `ContextDocument.mostBytes`, is no UTF-8, has the id of another, or there are too many.
    package static func documents(
        at folder: String, as collection: String
    ) throws(ContextStoreError) -> [ContextDocument] {
        let reading = try reading(at: folder, as: collection)
        if let flaw = reading.flaws.first { throw flaw }
        return reading.documents
    }

    /// The same without the files and inner folders that cannot be used: what is wrong with each stands beside them.
    /// Throws only where the folder itself cannot be read, or there are too many files.
    package static func reading(
        at folder: String, as collection: String
    ) throws(ContextStoreError) -> DocumentReading {
        var reading = DocumentReading()
        var names: [String: String] = [:]  // lookup only
        for path in try paths(below: folder, &reading.flaws) {
            do throws(ContextStoreError) {
                let text = try text(at: "\(folder)/\(path)")
                let id = "\(collection)/\(stem(of: path))"
                if let other = names.updateValue(path, forKey: id) {
                    throw ContextStoreError(
                        .input, "\(folder)/\(path) differs from \(other) in its suffix alone: rename it")
                }
                reading.documents.append(DocumentFile.document(id: id, name: path, text: text))
            } catch {
                reading.flaws.append(error)
            }
        }
        return reading
    }

    private static func text(at path: String) throws(ContextStoreError) -> String {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        if let size, size > ContextDocument.mostBytes { throw tooLarge(path, bytes: size) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ContextStoreError(
                .unreadable, "\(path) cannot be read: check its rights, of a link also where it leads")
        }
        // The size of a link is not that of its file.
        guard data.count <= ContextDocument.mostBytes else { throw tooLarge(path, bytes: data.count) }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ContextStoreError(.input, "\(path) is no UTF-8 text: save it as UTF-8")
        }
        return text
    }

    private static func tooLarge(_ path: String, bytes: Int) -> ContextStoreError {
        ContextStoreError(.input, "\(path) has \(bytes) bytes, \(ContextDocument.mostBytes) at most: split it")
    }

    private static func stem(of path: String) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path }
        return String(path[..<dot])
    }

    /// Paths of the texts below a folder, sorted; inner folders that cannot be read are added to `flaws`.
    private static func paths(
        below folder: String, _ flaws: inout [ContextStoreError]
    ) throws(ContextStoreError) -> [String] {
        var paths: [String] = []
        var open = [""]
        while let prefix = open.popLast() {
            let place = prefix.isEmpty ? folder : "\(folder)/\(prefix)"
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: place)
            } catch {
                guard !prefix.isEmpty else {
                    throw ContextStoreError(
                        .unreadable, "\(place) is no folder that can be read: name one that holds .md or .txt files")
                }
                flaws.append(
                    ContextStoreError(.unreadable, "\(place) is a folder that cannot be read: check its rights"))
                continue
            }
            for name in names where !name.hasPrefix(".") {
                let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                if exists, isFolder.boolValue {
                    open.append(path)
                } else if name.hasSuffix(".md") || name.hasSuffix(".txt") {
                    paths.append(path)
                }
                guard paths.count + open.count <= mostFiles else {
                    throw ContextStoreError(.input, "\(folder) holds more than \(mostFiles) files or folders")
                }
            }
        }
        return paths.sorted()
    }
}
