internal import Benchmarking
internal import DTNetMessages
internal import LanguageEngine
internal import NetworkModel
internal import Orchestrator
internal import Synchronization
internal import TwinProtocol

/// What one run of a study of effects may decide, and what it has shown so far.
final class EffectArm: Sendable {
    private struct State {
        var adopted: LanguageDecision?
        var cycle: UInt64 = 0
        var windows: [ThroughputWindow] = []
        var rolledBack: [(number: UInt64, epoch: UInt64)] = []
        /// An adopted decision that is to be taken back; how far that has come.
        var verdict: UInt64?
        var isPosted = false
        /// Epoch in which each reader of policies had one without the decision.
        var informed: [(reader: NodeID, epoch: UInt64)] = []
        /// Epoch of the first directive of each writer that was decided without it.
        var released: [(writer: NodeID, epoch: UInt64)] = []
        var writers: [NodeID] = []
        var readers: [NodeID] = []
    }

    private let state = Mutex(State())
    /// Decisions from this one on are withheld; nil withholds what comes after the first that is adopted.
    private let blockedFrom: UInt64?

    init(blockedFrom: UInt64? = nil) { self.blockedFrom = blockedFrom }

    var adopted: LanguageDecision? { state.withLock { $0.adopted } }

    // MARK: Decisions

    func note(cycle: UInt64) { state.withLock { $0.cycle = cycle } }

    /// Whether what the twins are asked now is to lead to nothing.
    var isClosed: Bool {
        state.withLock { state in
            if let blockedFrom { return state.cycle >= blockedFrom }
            return state.adopted != nil
        }
    }

    /// From now on the decision is to be taken back.
    func condemn(_ number: UInt64) { state.withLock { $0.verdict = number } }

    /// What operators have to say: that the decision is to be taken back, once.
    func entries() -> [OperatorEntry] {
        state.withLock { state in
            guard let number = state.verdict, !state.isPosted else { return [] }
            state.isPosted = true
            return [.withdraw(number: number)]
        }
    }

    // MARK: What happens

    /// - Parameter epoch: epoch under way.
    func delivered(_ envelope: Envelope, epoch: UInt64) {
        guard case .policy(let policy) = envelope.body else { return }
        state.withLock { state in
            if !state.readers.contains(envelope.recipient) { state.readers.append(envelope.recipient) }
            guard let number = state.verdict, !state.informed.contains(where: { $0.reader == envelope.recipient }),
                !policy.reason.split(whereSeparator: { !$0.isNumber }).contains("\(number)")
            else { return }
            state.informed.append((envelope.recipient, epoch))
        }
    }

    func recorded(_ record: Record) {
        state.withLock { state in
            switch record {
            case .language(let decision):
                let acts = decision.chosen >= 0 && decision.candidates[decision.chosen].gain != nil
                if decision.outcome == .adopted, acts, state.adopted == nil { state.adopted = decision }
            case .languageEffect(let effect) where effect.state == .rolledBack:
                state.rolledBack.append((effect.number, effect.epoch))
            case .window(let window): state.windows.append(window)
            case .directive(let directive):
                if !state.writers.contains(directive.sender) { state.writers.append(directive.sender) }
                // What was decided from telemetry that came after the policy knows the policy.
                guard state.informed.count == state.readers.count, let last = state.informed.map(\.epoch).max(),
                    directive.epoch > last, !state.released.contains(where: { $0.writer == directive.sender })
                else { return }
                state.released.append((directive.sender, directive.epoch))
            default: break
            }
        }
    }

    // MARK: What it came to

    /// Epoch in which the test in operation took the decision back.
    func rolledBack(_ number: UInt64) -> UInt64? {
        state.withLock { $0.rolledBack.first { $0.number == number }?.epoch }
    }

    /// Epoch from which on every cell is controlled without the decision that was to be taken back.
    var releasedEpoch: UInt64? {
        state.withLock { state in
            guard !state.released.isEmpty, state.released.count == state.writers.count else { return nil }
            return state.released.map(\.epoch).max()
        }
    }

    /// Windows of the seconds that end in a range.
    func windows(from: Double, to: Double) -> [ThroughputWindow] {
        state.withLock { state in
            state.windows.filter { window in
                let end = Double(window.end.nanoseconds) / 1e9
                return end > from + 1e-9 && end <= to + 1e-9
            }
        }
    }

    /// Network values of these seconds, Mbit/s.
    func values(from: Double, to: Double, alpha: Double) -> [Double] {
        windows(from: from, to: to).map { ValueIntegral.networkValueMbps($0, alpha: alpha) ?? 0 }
    }
}
