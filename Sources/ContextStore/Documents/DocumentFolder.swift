internal import Foundation

/// A folder of texts, `.md` and `.txt`, the folders in it included.
package enum DocumentFolder {
    /// Files at most; more are refused.
    package static let mostFiles = 20_000

    /// The documents of a folder in the order of their paths; their ids are `collection/path`, without the suffix.
    /// Throws `unreadable` where the folder or a file in it cannot be read, `input` where a file is larger than
    /// `ContextDocument.mostBytes`, is no UTF-8, or there are too many.
    package static func documents(
        at folder: String, as collection: String
    ) throws(ContextStoreError) -> [ContextDocument] {
        var documents: [ContextDocument] = []
        for path in try paths(below: folder) {
            let full = "\(folder)/\(path)"
            let size = (try? FileManager.default.attributesOfItem(atPath: full)[.size] as? Int) ?? nil
            if let size, size > ContextDocument.mostBytes {
                throw ContextStoreError(
                    .input, "\(full) has \(size) bytes, \(ContextDocument.mostBytes) at most: split it")
            }
            guard let data = FileManager.default.contents(atPath: full) else {
                throw ContextStoreError(.unreadable, "\(full) cannot be read: check its rights")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw ContextStoreError(.input, "\(full) is no UTF-8 text")
            }
            documents.append(DocumentFile.document(id: "\(collection)/\(stem(of: path))", name: path, text: text))
        }
        return documents
    }

    private static func stem(of path: String) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path }
        return String(path[..<dot])
    }

    private static func paths(below folder: String) throws(ContextStoreError) -> [String] {
        var paths: [String] = []
        var open = [""]
        while let prefix = open.popLast() {
            let place = prefix.isEmpty ? folder : "\(folder)/\(prefix)"
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: place)
            } catch {
                throw ContextStoreError(
                    .unreadable, "\(place) is no folder that can be read: name one that holds .md or .txt files")
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
