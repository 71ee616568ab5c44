internal import Glibc

/// Reads whole files, `limit` bytes at most.
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

    private static func failure(_ path: String) -> SceneFileError {
        SceneFileError(path, "cannot be opened: \(String(cString: strerror(errno)))")
    }

    /// `name` beside `file`, unless it is absolute.
    static func path(_ name: String, beside file: String) -> String {
        guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
        return file[...slash] + name
    }
}
