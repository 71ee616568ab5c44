import Foundation
import Glibc
import NetworkModel
import NodeRuntime
import Testing

/// What a file holds whose disk was full for a while.
@Suite struct BackgroundFileTests {
    /// A pipe of one page that does not block stands for the disk: what it does not take is refused.
    private struct FullDisk {
        static let bytes = 4_096
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            // Linux, fcntl(2): F_SETPIPE_SZ.
            try #require(fcntl(writing, 1_031, Int32(FullDisk.bytes)) == Int32(FullDisk.bytes))
        }

        /// All that it holds; it has room again.
        func take() -> String {
            var taken: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: FullDisk.bytes)
            while case let count = read(reading, &buffer, buffer.count), count > 0 { taken += buffer[..<count] }
            return String(decoding: taken, as: UTF8.self)
        }
    }

    @Test func aLineAfterOneThatWasCutStandsByItself() throws {
        let disk = try FullDisk()
        defer { close(disk.reading) }
        let file = BackgroundFile<String>(
            descriptor: disk.writing, closesDescriptor: true, quiet: QuietTime(epoch: .milliseconds(10))
        ) { $1 += Array("\($0)\n".utf8) }
        file.append(String(repeating: "a", count: 2 * FullDisk.bytes))
        let deadline = Date(timeIntervalSinceNow: 60)
        while file.dropped == 0 {
            try #require(Date() < deadline, "the line was never written")
            sched_yield()
        }
        #expect(disk.take() == String(repeating: "a", count: FullDisk.bytes))
        file.append("b")
        file.append("c")
        file.close()
        #expect(disk.take() == "\nb\nc\n")
        #expect(file.dropped == 1)
    }
}
