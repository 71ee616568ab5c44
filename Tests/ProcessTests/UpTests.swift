import Foundation
import Glibc
import Testing

/// Real processes over loopback, each wiring: telemetry goes up, directives come down and are applied.
@Suite(.serialized) struct UpTests {
    @Test(arguments: ["fch", "sch", "dch"])
    func directivesAreAppliedInEveryHierarchy(hierarchy: String) throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, output, errors) = try ToolRun.run(
            ["up", file, "--hierarchy", hierarchy, "--duration", "1s", "--warm-up", "200ms", "--json"],
            in: place.folder)
        #expect(status == 0, "\(errors)")
        let run = try #require(place.runs.first)
        let decisions = try Decisions(run: run)
        #expect(decisions.cells == [0, 1])
        // A busy machine may be late: nothing else is a reason to refuse.
        #expect(decisions.refused.allSatisfy { $0.isLate }, "\(decisions.refused.prefix(5))")
        #expect(decisions.violations.isEmpty, "\(decisions.violations.prefix(5))")
        #expect(output.contains("\"hierarchy\" : \"\(hierarchy)\""))
        #expect(try Manifest(run: run).uncleanStops == [])
        #expect(output.contains("\"killed_at_stop\" : 0") && output.contains("\"slowest_stop_ms\" : "))
        // Only followers with a synchronous leader answer its offers.
        #expect(decisions.hasResponses == (hierarchy == "sch"))
        for name in ["plan.json", "topology.yaml", "run.json", "result.json", "latency.json", "logs/ran.log"] {
            #expect(FileManager.default.fileExists(atPath: run.appending(path: name).path), "\(name)")
        }
    }

    @Test func theRunFolderSaysWhatItRanWith() throws {
        let place = try Workplace()
        let (status, _, errors) = try ToolRun.run(
            ["up", try place.write(Workplace.smallText), "--duration", "100ms", "--warm-up", "100ms"],
            in: place.folder)
        #expect(status == 0, "\(errors)")
        let versions = try Manifest(run: try #require(place.runs.first)).versions
        for name in ["libzmq", "protobuf-c", "swift"] {
            #expect(versions[name]?.wholeMatch(of: /[0-9]+\.[0-9.]+/) != nil, "\(name): \(versions)")
        }
    }

    @Test func theShippedCampusRuns() throws {
        let place = try Workplace()
        let (status, output, errors) = try ToolRun.run(
            ["up", Workplace.campus, "--duration", "1s", "--warm-up", "200ms"], in: place.folder)
        #expect(status == 0, "\(errors)")
        #expect(output.contains("sch"))
        let decisions = try Decisions(run: try #require(place.runs.first))
        #expect(decisions.cells == Set(0..<7))
        #expect(decisions.violations.isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsTheRunInOrder(signal: Int32) throws {
        let place = try Workplace()
        let run = try ToolRun(["up", try place.write(Workplace.smallText)], in: place.folder)
        _ = try run.awaitProgress("readiness") { $0.contains("processes ready") }
        let folder = try #require(place.runs.first)
        let pids = try Manifest(run: folder).pids
        run.signal(signal)
        let (status, _) = try run.finish()
        #expect(status == 130)
        #expect(run.progress.last == "interrupted")
        #expect(try Manifest(run: folder).outcome == "interrupted")
        for pid in pids { #expect(kill(pid, 0) != 0, "process \(pid) is left over") }
        let ended = try Manifest(run: folder)
        #expect(try ended.notStopped(in: folder) == [])
        #expect(ended.uncleanStops == [])
        #expect(run.progress.contains { $0.hasPrefix("\(pids.count) processes ended within") }, "\(run.progress)")
    }

    @Test func nodesEndWithTheirSupervisor() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let run = try ToolRun(["up", file], in: place.folder)
        _ = try run.awaitProgress("readiness") { $0.contains("processes ready") }
        let killed = try Manifest(run: try #require(place.runs.first))
        run.signal(SIGKILL)
        _ = try run.finish()
        for pid in killed.pids { try awaitEnd(of: pid) }

        // What a killed run leaves where its last node could not clear it away, the next one does: a control socket
        // that nobody listens on.
        try FileManager.default.createDirectory(
            atPath: killed.sockets, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try bindAndLeave("\(killed.sockets)/control")
        let next = try ToolRun.run(["up", file, "--duration", "100ms", "--warm-up", "100ms"], in: place.folder)
        #expect(next.status == 0 && !FileManager.default.fileExists(atPath: killed.sockets))
    }

    /// Leaves the file of a socket behind, as a process that was killed does.
    private func bindAndLeave(_ path: String) throws {
        unlink(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    @Test func aRunInTheBackgroundIsFoundAndEnded() throws {
        let place = try Workplace()
        let file = try place.write(Workplace.smallText)
        let (status, output, errors) = try ToolRun.run(
            ["up", file, "--hierarchy", "dch", "--detach"], in: place.folder)
        #expect(status == 0, "\(errors)")
        let folder = try #require(place.runs.first)
        #expect(URL(fileURLWithPath: output).lastPathComponent == folder.lastPathComponent)
        let pids = try Manifest(run: folder).pids
        #expect(pids.allSatisfy { kill($0, 0) == 0 })

        let shown = try ToolRun.run(["status"], in: place.folder)
        #expect(shown.status == 0)
        #expect(shown.output.contains("small (dch)") && shown.output.contains("last alarm"))
        let json = try ToolRun.run(["status", "--run", folder.path, "--json"], in: place.folder)
        #expect(json.output.contains("\"processes\"") && json.output.contains("\"is_up\" : true"))

        let down = try ToolRun.run(["down", "--run", folder.path], in: place.folder)
        #expect(down.status == 0)
        #expect(pids.allSatisfy { kill($0, 0) != 0 })
        let ended = try Manifest(run: folder)
        #expect(ended.outcome == "requested" && ended.uncleanStops == [])
        let again = try ToolRun.run(["down"], in: place.folder)
        #expect(again.status == 1)
        #expect(again.errors.count == 1)
    }

    /// `pidfd` would tell, but this process is not the parent: the pid's entry in `/proc` is read until it is gone.
    private func awaitEnd(of pid: pid_t) throws {
        let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
        while kill(pid, 0) == 0 {
            let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            if state?.contains(") Z ") == true { return }
            guard Date() < deadline else { throw ToolRun.GaveUp(description: "process \(pid) does not end") }
            sched_yield()
        }
    }
}
