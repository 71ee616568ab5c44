import DTNetCommands
import Foundation
import Glibc
import Synchronization
import Testing

/// What may not hold up a supervisor, and what it is given time for.
@Suite(.serialized) struct HeldUpSupervisorTests {
    /// A socket that is connected to a path, with `count` threads that write to it as fast as they can.
    private final class Flood: Sendable {
        private let isOver = Mutex(false)
        private let sent = Mutex(0)

        init(_ path: String, threads: Int) throws {
            let descriptor = try HeldUpSupervisorTests.connected(path, SOCK_DGRAM)
            for _ in 0..<threads {
                Thread { [self] in
                    let line = Array(("STATUS=" + String(repeating: "x", count: 8_000)).utf8)
                    while !isOver.withLock({ $0 }) {
                        if send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) > 0 {
                            sent.withLock { $0 += 1 }
                        }
                    }
                }.start()
            }
        }

        var count: Int { sent.withLock { $0 } }

        func end() { isOver.withLock { $0 = true } }
    }

    private static func connected(_ path: String, _ type: __socket_type) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(type.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(descriptor >= 0 && result == 0, "\(path)")
        return descriptor
    }

    /// A process that says more than anybody reads, and clients that say nothing or read nothing.
    @Test func neitherAFloodNorASilentClientHoldsARunUp() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, _, errors) = try ToolRun.run(["up", file, "--hierarchy", "dch", "--detach"], in: place.folder)
        #expect(status == 0, "\(errors)")
        let folder = try #require(place.runs.first)
        let sockets = try Manifest(run: folder).sockets
        let clients = try (0..<4).map { _ in try Self.connected("\(sockets)/control", SOCK_STREAM) }
        defer { for client in clients { close(client) } }
        #expect(send(clients[0], "status\n", 7, Int32(MSG_NOSIGNAL)) == 7)
        let flood = try Flood("\(sockets)/n0", threads: 3)
        defer { flood.end() }
        let shown = try ToolRun.run(["status", "--run", folder.path], in: place.folder)
        #expect(shown.status == 0 && shown.output.contains("small (dch)"), "\(shown.errors)")
        let down = try ToolRun.run(["down", "--run", folder.path], in: place.folder)
        #expect(down.status == 0 && flood.count > 0, "\(down.errors)")
        #expect(try Manifest(run: folder).outcome == "requested")
    }

    /// Its nodes have ended, and it reads what they have recorded for longer than `down` waits for a run to end.
    @Test func aSupervisorThatStillWorksIsNotKilled() throws {
        let place = try Workplace()
        let busy = Process()
        busy.executableURL = URL(fileURLWithPath: "/bin/bash")
        busy.arguments = ["-c", "trap '' TERM; while ((SECONDS < 7)); do :; done"]
        try busy.run()
        let supervisor = try #require(ProcessIdentity(pid: busy.processIdentifier))
        let run = place.folder.appending(path: "runs/20260101-000000-long")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        let manifest = """
            {"dtnetVersion": "0", "versions": {}, "operatingSystem": "any", "topology": "long", "file": "long.yaml",
             "hierarchy": "sch", "seed": 1, "epochMs": 20, "processes": [], "sockets": "\(place.folder.path)/none",
             "supervisor": {"pid": \(supervisor.pid), "startTicks": \(supervisor.startTicks)}}
            """
        try Data(manifest.utf8).write(to: run.appending(path: "run.json"))
        let (status, _, errors) = try ToolRun.run(["down", "--run", run.path], in: place.folder)
        #expect(status == 0 && errors.isEmpty, "\(errors)")
        busy.waitUntilExit()
        #expect(busy.terminationReason == .exit && busy.terminationStatus == 0)
    }
}
