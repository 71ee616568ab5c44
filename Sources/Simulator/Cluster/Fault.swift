package import NetworkModel
internal import Numerics

/// Something that goes wrong in a simulated cluster, or is put right.
package enum Fault: Hashable, Sendable {
    /// SIGKILL: state, queues and frames under way are gone.
    case kill(process: Int)
    /// The supervisor starts the process again with fresh nodes.
    case restart(process: Int)
    /// SIGSTOP for this long: frames pile up meanwhile.
    case pause(process: Int, lasting: Instant.Span)
    /// Nothing passes from one process to the other (one way). Held frames arrive all at once when it ends; others are
    /// lost.
    case partition(from: Int, to: Int, lasting: Instant.Span, holds: Bool)
    /// Each frame from one process to the other is lost, or arrives twice, with these probabilities.
    case degrade(from: Int, to: Int, lasting: Instant.Span, loss: Double, duplication: Double)
    /// What is measured of these cells' links swings by so many dB in this period: lorries, rain, works.
    case fade(cells: [UInt32], db: Double, period: Instant.Span, lasting: Instant.Span)
}

/// Faults by time.
package struct FaultSchedule: Sendable {
    package struct Entry: Hashable, Sendable {
        package var at: Instant
        package var fault: Fault

        package init(at: Instant, fault: Fault) {
            self.at = at
            self.fault = fault
        }
    }

    /// In order of time.
    package private(set) var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        let numbered = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        self.entries = numbered.map(\.element)
    }

    /// A seeded schedule: `count` faults of all kinds, spread over `duration`; what is killed is started again within
    /// 20 to 300 ms.
    package static func random(processes: Int, count: Int, duration: Instant.Span, seed: UInt64) -> FaultSchedule {
        let draw = CounterGenerator(seed: seed, purpose: 0x6661_756C)
        var entries: [Entry] = []
        for number in 0..<count {
            let key = UInt64(number)
            func uniform(_ purpose: UInt64, _ range: Range<Double>) -> Double {
                draw.uniform(key, purpose, in: range)
            }
            let at = Instant.zero + .seconds(duration.seconds * uniform(0, 0.05..<0.85))
            let first = Int(uniform(1, 0..<Double(processes)))
            let second = (first + 1 + Int(uniform(2, 0..<Double(max(processes - 1, 1))))) % max(processes, 1)
            let lasting = Instant.Span.seconds(uniform(3, 0.002..<0.7))
            switch Int(uniform(4, 0..<5)) {
            case 0:
                entries.append(Entry(at: at, fault: .kill(process: first)))
                entries.append(Entry(at: at + .seconds(uniform(5, 0.02..<0.3)), fault: .restart(process: first)))
            case 1: entries.append(Entry(at: at, fault: .pause(process: first, lasting: lasting)))
            case 2:
                entries.append(
                    Entry(at: at, fault: .partition(from: first, to: second, lasting: lasting, holds: number % 2 == 0)))
            default:
                entries.append(
                    Entry(
                        at: at,
                        fault: .degrade(
                            from: first, to: second, lasting: lasting, loss: uniform(6, 0..<0.5),
                            duplication: uniform(7, 0..<0.5))))
            }
        }
        return FaultSchedule(entries)
    }
}
