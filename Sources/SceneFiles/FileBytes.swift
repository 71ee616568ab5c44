internal import Glibc

/// Reads whole files, `limit` bytes at most, and writes them.
package enum FileBytes {
    /// Larger files are refused: a scene of 2 GiB would hold a hundred million triangles.
    package static let limit = 1 << 31

    /// Whether there is something of that name, readable or not.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    package static func read(_ path: String) throws(SceneFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SceneFileError(path, "is not a file") }
        let size = Int(status.st_size)
        guard size <= limit else { throw SceneFileError(path, "has \(size) bytes, at most \(limit) are read") }
        var count = 0
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialised in
            while count < size, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + count, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { break }
                count += got
            }
            initialised = count
        }
        guard code == 0 else { throw SceneFileError(path, "cannot be read: \(String(cString: strerror(code)))") }
        return bytes
    }

    /// Writes a file as a whole, beside its place and then into it, so that no reader sees half of it; makes its folder
    /// where that is not there.
    package static func write(_ bytes: [UInt8], to path: String) throws(SceneFileError) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { mkdir(String(path[..<slash]), 0o755) }
        let beside = path + ".new"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritten(beside, errno) }
        var code: Int32 = 0
        var rest = bytes[...]
        while !rest.isEmpty, code == 0 {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { code = errno }
            rest = rest.dropFirst(max(0, count))
        }
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, rename(beside, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(beside)
            throw unwritten(path, code)
        }
    }

    private static func unwritten(_ path: String, _ code: Int32) -> SceneFileError {
        SceneFileError(path, "cannot be written: \(String(cString: strerror(code)))")
    }

    private static func failure(_ path: String) -> SceneFileError {
        SceneFileError(path, "cannot be opened: \(String(cString: strerror(errno)))")
    }

    /// `name` beside `file`, unless it is absolute.
    static func path(_ name: String, beside file: String) -> String {
        guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
        return file[...slash] + name
    }
}
