import Foundation
import ResourceAllocation
import WMMSEPeer
import WMMSEPeerNative

/// Power control on the interference channel beside plain C, in alternating blocks of one run, with the figures that
/// the instances are known for.
///
/// usage: interference FOLDER [--time K BLOCKS]   FOLDER holds gain-k10.f32, gain-k20.f32, gain-k30.f32
@main
enum Interference {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count >= 2 else {
            FileHandle.standardError.write(Data("usage: interference FOLDER [--time K]\n".utf8))
            exit(2)
        }
        if words.count == 4, words[2] == "--time", let users = Int(words[3]) {
            let family = try InstanceFamily(folder: words[1], users: users)
            print(String(format: "%.4f %.4f", family.scalarBlock(), family.batchBlock()))
            return
        }
        for users in [10, 20, 30] { try InstanceFamily(folder: words[1], users: users).report() }
        try InstanceFamily(folder: words[1], users: 10).reportCertificates(users: 8, count: 20)
    }
}

/// The instances of one size.
struct InstanceFamily {
    let users: Int
    let gains: [Float]
    let channels: [InterferenceChannel]
    private static let blocks = 21

    init(folder: String, users: Int) throws {
        self.users = users
        let data = try Data(contentsOf: URL(filePath: folder).appending(path: "gain-k\(users).f32"))
        let values = data.withUnsafeBytes { raw in
            (0..<(data.count / 4)).map {
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
        let size = users * users
        gains = values
        channels = try (0..<(values.count / size)).map { index in
            try InterferenceChannel(users: users, gain: values[(index * size)..<((index + 1) * size)].map(Double.init))
        }
    }

    func report() {
        let ours = wmmse()
        let rate = mean(zip(channels, ours).map { $0.sumRate($1) })
        let peer = channels.map { compiled($0, wmmse_c) }
        let apart = zip(ours, peer).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? 0
        var (scalar, batch, plain, native): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        for _ in 0..<InstanceFamily.blocks {
            scalar.append(scalarBlock())
            plain.append(block { for channel in channels { _ = compiled(channel, wmmse_c) } })
            native.append(block { for channel in channels { _ = compiled(channel, wmmse_c_native) } })
            batch.append(batchBlock())
        }
        let wide = InterferenceWMMSEBatch().solve(gains: gains, users: users)
        let wideRate = mean(
            channels.indices.map { channels[$0].sumRate(wide[($0 * users)..<(($0 + 1) * users)].map(Double.init)) })
        print("K = \(users), \(channels.count) instances")
        print(
            String(
                format: "  WMMSE mean rate %.4f bit/s/Hz, batch %.4f, C's powers %.1e apart", rate, wideRate, apart))
        print(
            String(
                format: "  us per instance: ours %.3f, C %.3f (ratio %.3f), C native %.3f (ratio %.3f), batch %.3f",
                median(scalar), median(plain), median(zip(scalar, plain).map { $0 / $1 }), median(native),
                median(zip(scalar, native).map { $0 / $1 }), median(batch)))
        reportSearch(ours, median(scalar))
        reportNetwork(rate, median(scalar))
    }

    /// The trained network alone, and with WMMSE from its powers.
    private func reportNetwork(_ reference: Double, _ microseconds: Double) {
        let network = PowerNetwork.shipped
        var memory = PowerNetwork.Memory()
        var found = [[Double]](repeating: [], count: channels.count)
        func alone() { for i in channels.indices { network.solve(channels[i], memory: &memory, powers: &found[i]) } }
        let times = (0..<InstanceFamily.blocks).map { _ in block(alone) }
        var kernel = InterferenceWMMSE()
        var final: [[Double]] = []
        let more = block {
            final = zip(channels, found).map { channel, start in
                var budget = Budget(rounds: .max)
                return kernel.solve(channel, from: start, budget: &budget).powers
            }
        }
        let (rate, finished) = (
            mean(zip(channels, found).map { $0.sumRate($1) }), mean(zip(channels, final).map { $0.sumRate($1) })
        )
        print(
            String(
                format: "  network: %.2f %% of WMMSE's rate in %.2f times its time, with a final WMMSE %.2f %% in %.2f",
                100 * rate / reference, median(times) / microseconds, 100 * finished / reference,
                (median(times) + more) / microseconds))
    }

    /// Local search over patterns, beside the best pattern where exhaustion can find it.
    private func reportSearch(_ starts: [[Double]], _ microseconds: Double) {
        let search = OnOffSearch()
        var found: [[Double]] = []
        let time = median(
            (0..<7).map { _ in
                block {
                    found = zip(channels, starts).map { channel, start in
                        var budget = Budget(rounds: 10_000)
                        return search.solve(channel, from: start, budget: &budget)
                    }
                }
            })
        let value = mean(zip(channels, found).map { $0.sumRate($1) })
        var line = String(
            format: "  on/off search: mean rate %.4f, %.1f times WMMSE's time", value, time / microseconds)
        if users <= 20 {
            let count = users <= 10 ? channels.count : 60
            let best = channels.prefix(count).map { $0.sumRate(search.exhaust($0)) }
            let part = zip(zip(channels, found), best).map { $0.0.sumRate($0.1) / $1 }
            line += String(
                format: "; %.3f %% of the best pattern on average over %d (mean of the best %.4f), worst %.2f %%",
                100 * mean(part), count, mean(best), 100 * (part.min() ?? 0))
        }
        print(line)
    }

    /// Continuous powers certified on the first users of some instances.
    func reportCertificates(users: Int, count: Int) throws {
        var (boxes, certified, gains): ([Double], Int, [Double]) = ([], 0, [])
        let took = try block {
            for channel in channels.prefix(count) {
                let part = try InterferenceChannel(
                    users: users,
                    gain: (0..<users).flatMap { i in (0..<users).map { channel.gain[i * self.users + $0] } })
                var kernel = InterferenceWMMSE()
                var unlimited = Budget(rounds: .max)
                let start = kernel.solve(part, budget: &unlimited).powers
                var budget = Budget(rounds: 1_000_000)
                let outcome = PowerBranchAndBound().solve(part, start: start, budget: &budget)
                boxes.append(Double(outcome.boxes))
                certified += outcome.isCertified ? 1 : 0
                gains.append(part.sumRate(start) / outcome.value)
            }
        }
        print(
            String(
                format: "branch and bound, K = %d continuous: %d of %d certified within 1e-3, median %.0f boxes, %.1f "
                    + "ms an instance; WMMSE has %.2f %% of the optimum", users, certified, count, median(boxes),
                took * Double(channels.count) / Double(count) / 1_000, 100 * mean(gains)))
    }

    private func wmmse() -> [[Double]] {
        var kernel = InterferenceWMMSE()
        return channels.map { channel in
            var budget = Budget(rounds: .max)
            return kernel.solve(channel, budget: &budget).powers
        }
    }

    private func compiled(
        _ channel: InterferenceChannel,
        _ body: (UnsafePointer<Double>, Int32, Double, Double, Double, Int32, UnsafeMutablePointer<Double>) -> Int32
    ) -> [Double] {
        var powers = [Double](repeating: 0, count: users)
        _ = body(channel.gain, Int32(users), 1, 1, 1e-3, 100, &powers)
        return powers
    }

    /// Microseconds per instance of one pass over all instances.
    func scalarBlock() -> Double { block { _ = wmmse() } }
    func batchBlock() -> Double { block { _ = InterferenceWMMSEBatch().solve(gains: gains, users: users) } }

    private func block(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let took = (ContinuousClock.now - start).components
        return (Double(took.seconds) * 1e6 + Double(took.attoseconds) * 1e-12) / Double(channels.count)
            + Double((ContinuousClock.now - start).components.seconds) * 1e6 / Double(channels.count)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
