import DTNetCommands
import Foundation
import Glibc
import Testing

/// Disks and limits that fail a run, and runs of others.
@Suite(.serialized) struct RunFolderTests {
    /// A run folder as `up` makes it, to be prepared before the run.
    private static func folder(in place: Workplace) throws -> URL {
        let run = place.folder.appending(path: "runs/20260101-000000-small")
        try FileManager.default.createDirectory(
            at: run.appending(path: "logs"), withIntermediateDirectories: true)
        return run
    }

    @Test func recordsThatAFullDiskDoesNotTakeAreSaid() throws {
        let place = try Workplace()
        let folder = try Self.folder(in: place)
        let decisions = folder.appending(path: "decisions.jsonl")
        try FileManager.default.createSymbolicLink(atPath: decisions.path, withDestinationPath: "/dev/full")
        let run = try ToolRun(
            ["up", try place.write(Workplace.smallText), "--run-folder", folder.path], in: place.folder)
        _ = try run.awaitProgress("loss") { $0.contains("records are not written") && $0.contains("disk full") }
        // The device has no end: nothing may read it when the run is over.
        try FileManager.default.removeItem(at: decisions)
        run.signal(SIGINT)
        #expect(try run.finish().status == 130)
    }

    /// `status` and `down` look for run folders.
    @Test func aRunWithoutItsFolderEnds() throws {
        let place = try Workplace()
        let folder = try Self.folder(in: place)
        let run = try ToolRun(
            ["up", try place.write(Workplace.smallText), "--run-folder", folder.path], in: place.folder)
        _ = try run.awaitProgress("start") { $0.hasPrefix("all ") }
        try FileManager.default.moveItem(at: folder, to: place.folder.appending(path: "elsewhere"))
        #expect(try run.finish().status == 1)
        #expect(run.progress.last == "the run folder is gone: \(folder.path)", "\(run.progress)")
        let unwritten = run.progress.first { $0.hasPrefix("cannot write ") }
        #expect(unwritten?.hasSuffix("run.json: No such file or directory") == true, "\(run.progress)")
    }

    @Test func aResultThatCannotBeWrittenIsShownAllTheSame() throws {
        let place = try Workplace()
        let folder = try Self.folder(in: place)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "result.json"), withIntermediateDirectories: false)
        let (status, output, errors) = try ToolRun.run(
            [
                "up", try place.write(Workplace.smallText), "--duration", "1s", "--warm-up", "100ms", "--run-folder",
                folder.path,
            ], in: place.folder)
        #expect(status == 1 && output.contains("fast p50"), "\(errors)")
        #expect(errors.last?.contains("result.json: Is a directory") == true, "\(errors)")
    }

    /// A shell whose limit is lower than the files that a supervisor needs; the system allows more.
    @Test func aLowLimitOfOpenFilesIsRaised() throws {
        let place = try Workplace()
        let run = try ToolRun(
            [
                "-c", "ulimit -S -n 16; exec \"$0\" \"$@\"", ToolRun.tool.path, "up",
                try place.write(Workplace.smallText), "--duration", "1s", "--warm-up", "100ms",
            ], in: place.folder, executable: URL(fileURLWithPath: "/bin/bash"))
        #expect(try run.finish().status == 0, "\(run.progress)")
    }

    @Test func aRunOfAnotherBuildIsSaidToBeOne() throws {
        let place = try Workplace()
        let own = try #require(ProcessIdentity(pid: getpid()))
        let run = try Self.folder(in: place)
        let manifest = """
            {"dtnetVersion": "7.5", "versions": {}, "operatingSystem": "any", "topology": "small", "file": "small.yaml",
             "hierarchy": "sch", "seed": 1, "epochMs": 20, "processes": [], "sockets": "\(place.folder.path)",
             "supervisor": {"pid": \(own.pid), "startTicks": \(own.startTicks)}}
            """
        try Data(manifest.utf8).write(to: run.appending(path: "run.json"))
        let listener = try Self.listener("\(place.folder.path)/control")
        Thread {
            let client = accept(listener, nil, nil)
            var request = [UInt8](repeating: 0, count: 64)
            _ = recv(client, &request, request.count, 0)
            _ = send(client, "{\"form\":2}", 10, Int32(MSG_NOSIGNAL))
            close(client)
            close(listener)
        }.start()
        let (status, _, errors) = try ToolRun.run(["status", "--run", run.path], in: place.folder)
        #expect(status == 1)
        #expect(errors.last?.contains("(dtnet 7.5) answers in another form") == true, "\(errors)")

        try Data("{\"form\": 2}".utf8).write(to: run.appending(path: "run.json"))
        let other = try ToolRun.run(["status", "--run", run.path], in: place.folder)
        #expect(other.status == 2)
        #expect(other.errors.last?.contains("use the dtnet that started the run") == true, "\(other.errors)")
    }

    /// Of a run of another version, whose files lack what this one asks for, every command says which version it is.
    @Test func aRunOfAnotherVersionIsSaidToBeOne() throws {
        let place = try Workplace()
        let own = try #require(ProcessIdentity(pid: getpid()))
        let run = try Self.folder(in: place)
        let supervisor = "{\"pid\": \(own.pid), \"startTicks\": \(own.startTicks)}"
        try Data("{\"dtnetVersion\": \"0.0.7\", \"supervisor\": \(supervisor)}".utf8)
            .write(to: run.appending(path: "run.json"))
        try Data("{\"network\": {\"name\": \"small\"}}".utf8).write(to: run.appending(path: "plan.json"))
        // It is live, so that it is the one meant; what it cannot be is "no run is live".
        for arguments in [["status"], ["down"], ["status", "--run", run.path]] {
            let (status, _, errors) = try ToolRun.run(arguments, in: place.folder)
            #expect(status == 2, "\(arguments)")
            let expected = "run.json: no run.json of this dtnet, but of dtnet 0.0.7, "
            #expect(errors.last?.contains(expected) == true, "\(arguments): \(errors)")
        }
        for arguments in [["twins"], ["explain", "1"], ["rrm", "capture", run.path]] {
            let (status, _, errors) = try ToolRun.run(arguments, in: place.folder)
            #expect(status == 2, "\(arguments)")
            let expected = "plan.json: network.seed is missing: the plan is of dtnet 0.0.7, "
            #expect(errors.last?.contains(expected) == true, "\(arguments): \(errors)")
        }
    }

    private static func listener(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(descriptor >= 0 && bound == 0 && listen(descriptor, 1) == 0, "\(path)")
        return descriptor
    }
}
