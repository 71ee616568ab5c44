internal import Foundation
internal import Glibc

/// Files that the tool writes.
enum OutputFile {
    /// Writes the file as a whole, so that no reader sees half of it; the error names the path and the system's reason.
    /// What is there and no file, such as `/dev/stdout`, is written to, not replaced.
    static func write(_ data: Data, to path: String) throws {
        var status = stat()
        let isDevice = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        do {
            if isDevice {
                try writeThrough(data, to: path)
            } else {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch {
            throw ToolFailure(.failed, "cannot write \(path): \(reason(error))")
        }
    }

    private static func writeThrough(_ data: Data, to path: String) throws {
        func failure() -> NSError { NSError(domain: NSPOSIXErrorDomain, code: Int(errno)) }
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            rest = rest.dropFirst(count)
        }
    }

    /// Throws `usage` where a file cannot be made at `path`: to be asked before the work whose result goes there.
    static func check(_ path: String) throws {
        guard !path.isEmpty else { throw ToolFailure(.usage, "cannot write '': a file needs a name") }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw ToolFailure(.usage, "cannot write \(path): \(String(cString: strerror(EISDIR)))")
        }
        guard access(path, W_OK) == 0 || access(folder, W_OK) == 0 else {
            throw ToolFailure(.usage, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// The same of all files of one command, which must be different ones: the last would replace the others.
    static func check(_ paths: [String]) throws {
        var files: Set<String> = []
        for path in paths {
            try check(path)
            guard files.insert(RunFolder.absolute(path)).inserted || path.hasPrefix("/dev/") else {
                throw ToolFailure(.usage, "cannot write \(path): it is named twice, for two different files")
            }
        }
    }

    /// In the system's words where there are any: Foundation's name neither file nor cause.
    private static func reason(_ error: any Error) -> String {
        if (error as? CocoaError)?.code == .fileNoSuchFile { return String(cString: strerror(ENOENT)) }
        let cocoa = error as NSError
        let system = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError ?? cocoa
        guard system.domain == NSPOSIXErrorDomain else { return cocoa.localizedDescription }
        return String(cString: strerror(Int32(system.code)))
    }
}
