internal import Foundation
internal import Glibc
package import LanguageEngine

/// `language-engine.json` of a run folder: what an L3 that is started again goes on from. Written beside and renamed,
/// with both on the disk before it counts; what is read may be anybody's.
package struct EngineStateFile: Sendable {
    /// What a look gave.
    package enum Reading: Sendable {
        case none
        /// What was kept, and how long ago in seconds by the clock of the host.
        case kept(KeptEngineState, awaySeconds: Double)
        /// It is none; why, and the path that it was given.
        case setAside(reason: String, path: String)
    }

    private struct Form: Codable {
        /// When it was written, seconds since 1970.
        var writtenSeconds: Double
        var state: KeptEngineState
    }

    /// Bytes of the file, at most.
    package static let mostBytes = 1 << 20

    package let path: String

    /// - Parameter runFolder: folder of the run.
    package init(runFolder: String) { path = runFolder + "/language-engine.json" }

    /// Writes the file as a whole; why it could not be, nil where it was.
    ///
    /// - Parameter now: seconds since 1970.
    package func write(_ state: KeptEngineState, at now: Double = EngineStateFile.now) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Form(writtenSeconds: now, state: state)),
            data.count <= EngineStateFile.mostBytes
        else { return "it is no JSON of at most \(EngineStateFile.mostBytes) bytes" }
        let beside = path + ".new"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return fault(beside) }
        var rest = [UInt8](data)[...]
        var code: Int32 = 0
        while !rest.isEmpty, code == 0 {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { code = errno }
            rest = rest.dropFirst(max(0, count))
        }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, rename(beside, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(beside)
            return "cannot write \(path): \(String(cString: strerror(code)))"
        }
        syncFolder()
        return nil
    }

    /// The new name, too, is on the disk once its folder is.
    private func syncFolder() {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Reads the file; one that cannot be used is given another name, so that it is looked at by people only.
    ///
    /// - Parameter now: seconds since 1970.
    package func read(at now: Double = EngineStateFile.now) -> Reading {
        guard access(path, F_OK) == 0 else { return .none }
        let reason: String
        switch content() {
        case .failure(let flaw): reason = flaw.reason
        case .success(let form):
            guard form.state.flaw == nil, form.writtenSeconds.isFinite else {
                reason = form.state.flaw ?? "no time of writing"
                break
            }
            return .kept(form.state, awaySeconds: max(0, now - form.writtenSeconds))
        }
        let broken = path + ".broken"
        rename(path, broken)
        return .setAside(reason: reason, path: broken)
    }

    private struct Flaw: Error {
        var reason: String
    }

    private func content() -> Result<Form, Flaw> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(Flaw(reason: fault(path))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= EngineStateFile.mostBytes
        else { return .failure(Flaw(reason: "no file of at most \(EngineStateFile.mostBytes) bytes")) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        guard let data = try? file.read(upToCount: EngineStateFile.mostBytes),
            let form = try? JSONDecoder().decode(Form.self, from: data)
        else { return .failure(Flaw(reason: "not the JSON of a kept state")) }
        return .success(form)
    }

    private func fault(_ path: String) -> String { "cannot open \(path): \(String(cString: strerror(errno)))" }

    /// Seconds since 1970.
    package static var now: Double { Date().timeIntervalSince1970 }
}
