internal import Benchmarking
internal import Foundation

/// The two-process ping-pong of `dtnet-echo`: in which state this machine's wake-ups are.
enum Witness {
    private struct Answer: Decodable {
        struct Times: Decodable {
            var p50: Double
            var p90: Double
            var p99: Double
            var max: Double
        }

        var witnessUs: Times
    }

    static func measure(count: Int = 500, signals: Int32) async throws -> Measured<Percentiles> {
        let text = try await EchoProgram.output(of: ["--role", "witness", "--count", "\(count)"], signals: signals)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let answer = try? decoder.decode(Answer.self, from: Data(text.utf8)) else {
            return .absent("dtnet-echo gave no witness")
        }
        return .value(
            Percentiles(
                p50: answer.witnessUs.p50, p90: answer.witnessUs.p90, p99: answer.witnessUs.p99,
                max: answer.witnessUs.max))
    }
}
