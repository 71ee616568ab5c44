internal import Foundation

/// Files that the tool reads as a whole.
enum InputFile {
    /// The bytes of a file; throws `usage`, with its path, where it is not there, a folder, larger than `mostMiB`, or
    /// cannot be read.
    static func data(at path: String, mostMiB: Int) throws -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw ToolFailure(.usage, "\(path): \(isFolder.boolValue ? "a folder, not a file" : "no such file")")
        }
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
        guard let size, size <= mostMiB << 20 else {
            throw ToolFailure(.usage, "\(path): larger than \(mostMiB) MiB")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ToolFailure(.usage, "\(path): cannot be read")
        }
        return data
    }
}
