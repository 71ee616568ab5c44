import Foundation
import Glibc
import Testing

/// Ctrl-C ends a bench in whatever it is doing, with everything that it started.
@Suite(.serialized) struct InterruptionTests {
    /// A bench whose temporary files and sockets lie in a folder of their own.
    private struct Scene {
        let place: Workplace
        let temporary: URL
        let run: ToolRun

        init(
            _ arguments: [String], command: String = "bench",
            times: [String] = ["--hierarchies", "dch", "--duration", "1s", "--warm-up", "100ms"]
        ) throws {
            place = try Workplace()
            temporary = place.folder.appending(path: "t")
            try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
            let file = try place.write(Workplace.smallText)
            run = try ToolRun(
                [command, file] + times + arguments,
                in: place.folder, environment: ["TMPDIR": temporary.path, "XDG_RUNTIME_DIR": ""])
        }

        /// Interrupts it and looks at what is left.
        func interrupt() throws {
            run.signal(SIGINT)
            let (status, output) = try run.finish()
            #expect(status == 130 && output.isEmpty, "\(run.progress)")
            #expect(run.progress.last == "interrupted")
            let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
            while !processes().isEmpty {
                guard Date() < deadline else { throw ToolRun.GaveUp(description: "still there: \(processes())") }
                sched_yield()
            }
            let left = FileManager.default.enumerator(atPath: temporary.path)?.allObjects as? [String] ?? []
            #expect(left.allSatisfy { $0 == "dtnet-\(geteuid())" }, "\(left)")
        }

        /// Command lines of processes that name the folder: the tool, the nodes and the floor.
        func processes() -> [String] {
            let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return numbers.filter { Int($0) != nil }.compactMap { number in
                let bytes = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
                let line = String(decoding: bytes, as: UTF8.self)
                return line.contains(place.folder.path) ? line : nil
            }
        }
    }

    @Test(arguments: ["processes, ", "in the simulator under", "baselines"])
    func aBenchEndsInItsPhase(phase: String) throws {
        let scene = try Scene([])
        _ = try scene.run.awaitProgress(phase) { $0.contains(phase) }
        try scene.interrupt()
    }

    /// A run that is on its way into the background and waits for a radio network that nobody starts.
    @Test func aRunThatIsNotYetInTheBackgroundEndsWithItsCommand() throws {
        let scene = try Scene(["--external", "ran", "--detach"], command: "up", times: [])
        let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
        while !scene.processes().contains(where: { $0.contains("dtnet-edge") }) {
            try #require(Date() < deadline, "no node was started")
            sched_yield()
        }
        try scene.interrupt()
    }

    @Test func aBenchEndsInItsFloor() throws {
        let scene = try Scene(["--floor", "--no-baselines"])
        _ = try scene.run.awaitProgress("floor") { $0.contains("loopback pass") }
        let deadline = Date().addingTimeInterval(ToolRun.patienceSeconds)
        while !scene.processes().contains(where: { $0.contains("dtnet-echo") }) {
            try #require(Date() < deadline, "no floor was started")
            sched_yield()
        }
        try scene.interrupt()
    }
}
