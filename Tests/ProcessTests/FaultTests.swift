import Foundation
import Glibc
import Testing

/// Nodes killed during `up` are restarted, decisions resume, and nothing is applied twice.
@Suite(.serialized) struct FaultTests {
    /// One process of each kind of node, killed one after the other in one run.
    @Test(arguments: [
        ("fch", ["dtnet-ran", "dtnet-edge", "dtnet-region", "dtnet-rrm", "dtnet-orchestrator"]),
        ("sch", ["dtnet-ran", "dtnet-edge", "dtnet-region", "dtnet-rrm", "dtnet-orchestrator"]),
        // The leaders of DCH live in the processes of the regions.
        ("dch", ["dtnet-ran", "dtnet-edge", "dtnet-region", "dtnet-orchestrator"]),
    ])
    func everyKindOfNodeComesBack(hierarchy: String, executables: [String]) throws {
        let place = try Workplace()
        let run = try ToolRun(
            [
                "up", try place.write(Workplace.smallText), "--hierarchy", hierarchy, "--warm-up", "100ms",
                "--progress", "100ms",
            ], in: place.folder)
        _ = try run.awaitProgress("readiness") { $0.contains("processes ready") }
        try awaitMoreDecisions(run)
        let folder = try #require(place.runs.first)
        let before = try Manifest(run: folder)
        #expect(Set(before.processes.map(\.executable)) == Set(executables), "a kind of node is left out")
        for process in before.processes { try checkWritingThreads(of: process.identity.pid) }
        for executable in executables {
            let victim = try #require(before.processes.first { $0.executable == executable })
            #expect(kill(victim.identity.pid, SIGKILL) == 0)
            _ = try run.awaitProgress("return") { $0 == "\(victim.process) is ready again" }
            try awaitMoreDecisions(run)
            let after = try #require(Manifest(run: folder).start(of: victim.process))
            #expect(after.incarnation == 1 && after.identity.pid != victim.identity.pid)
        }
        run.signal(SIGINT)
        #expect(try run.finish().status == 130)
        #expect(try Manifest(run: folder).uncleanStops == [])
        let decisions = try Decisions(run: folder)
        #expect(decisions.cells == [0, 1])
        #expect(decisions.violations.isEmpty, "\(decisions.violations.prefix(5))")
    }

    /// Threads that write records share locks with the loop, so none may wait until other programs leave a processor:
    /// they are of the usual class, at nice 5.
    private func checkWritingThreads(of pid: pid_t) throws {
        var writers = 0
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task") {
            let text = try String(contentsOfFile: "/proc/\(pid)/task/\(thread)/stat", encoding: .utf8)
            let close = try #require(text.lastIndex(of: ")"))
            // Fields 3 on of proc_pid_stat(5); nice is field 19, the policy field 41.
            let fields = text[text.index(after: close)...].split(separator: " ")
            try #require(fields.count > 38)
            #expect(fields[38] == "0", "\(text)")
            guard text.contains("(dtnet-records)") || text.contains("(dtnet-context)") else { continue }
            writers += 1
            #expect(fields[16] == "5", "\(text)")
        }
        #expect(writers >= 1)
    }

    /// Waits until the number of applied directives has grown twice from one line of progress to a later one.
    private func awaitMoreDecisions(_ run: ToolRun) throws {
        var last: Int?
        var growths = 0
        _ = try run.awaitProgress("applied directives") { line in
            guard let match = line.firstMatch(of: /(\d+) applied/), let applied = Int(match.output.1) else {
                return false
            }
            if let last, applied > last { growths += 1 }
            last = applied
            return growths >= 2
        }
    }
}
