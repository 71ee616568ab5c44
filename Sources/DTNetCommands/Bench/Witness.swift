internal import Benchmarking
internal import Foundation

/// The two-process ping-pong of `dtnet-echo`: in which state this machine's wake-ups are.
enum Witness {
    private struct Answer: Decodable {
        struct Times: Decodable {
            var p50: Double
            var p99: Double
        }

        var witness_us: Times
    }

    static func measure(count: Int = 500) async throws -> Measured<Percentiles> {
        let text = try await EchoProgram.output(of: ["--role", "witness", "--count", "\(count)"])
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)) else {
            return .absent("dtnet-echo gave no witness")
        }
        return .value(
            Percentiles(p50: answer.witness_us.p50, p90: nil, p99: answer.witness_us.p99, p999: nil, max: nil))
    }
}
