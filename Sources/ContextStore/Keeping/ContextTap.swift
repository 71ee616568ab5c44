package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// Picks what is kept from what passes through a loop. Belongs to the loop's thread: on the decision path it compares
/// times and keeps references, and hands them on once the loop is about to wait.
package final class ContextTap {
    /// Users are sampled this many times less often than cells.
    private static let userSampling: Int64 = 10

    private let keeper: any ContextKeeping
    private let roles: [RoleKind]
    private let sampling: Instant.Span
    /// When the next sample is due: of each node as recipient, and of each as sender.
    private var dueHeard: [Instant]
    private var dueSent: [Instant]
    private var dueUsers: [Instant]
    private var dueRecorded: [Instant]
    /// Revision of the last policy that was kept of each node. An L3 that was started again counts from 1 again.
    private var revision: [UInt64]
    private var items: [ContextItem] = []
    /// Whether the store had failed when that was looked at last.
    private var hadFailed = false

    package init(_ keeper: any ContextKeeping, plan: WiringPlan) {
        self.keeper = keeper
        roles = plan.nodes.map(\.role)
        sampling = plan.context.sampling
        dueHeard = Array(repeating: .zero, count: roles.count)
        dueSent = dueHeard
        dueUsers = dueHeard
        dueRecorded = dueHeard
        revision = Array(repeating: 0, count: roles.count)
    }

    /// A node of this process has sent this.
    package func noteSent(_ envelope: Envelope, at now: Instant) {
        let node = Int(envelope.sender.rawValue)
        switch envelope.body {
        case .directive: items.append(ContextItem(at: now, content: .sent(envelope)))
        case .channelReport(let report):
            // What goes to L2 says under which condition the twins err; in DCH offers are made of others there.
            guard roles[Int(envelope.recipient.rawValue)] == .region, report.links == 0, isDue(&dueSent[node], now)
            else { return }
            items.append(ContextItem(at: now, content: .sent(envelope)))
        case .regionReport:
            guard isDue(&dueSent[node], now) else { return }
            items.append(ContextItem(at: now, content: .sent(envelope)))
        case .policy(let policy):
            // One and the same goes to every reader.
            guard policy.revision != revision[node] else { return }
            revision[node] = policy.revision
            items.append(ContextItem(at: now, content: .sent(envelope)))
        default: break
        }
    }

    /// A node of this process has heard this.
    package func noteHeard(_ envelope: Envelope, at now: Instant) {
        let node = Int(envelope.recipient.rawValue)
        guard roles[node] != .ran else { return }
        switch envelope.body {
        case .telemetry:
            guard isDue(&dueHeard[node], now) else { return }
            let hasUsers = now >= dueUsers[node]
            if hasUsers { dueUsers[node] = now + sampling * ContextTap.userSampling }
            items.append(ContextItem(at: now, content: .heard(envelope), hasUsers: hasUsers))
        case .directiveResult, .alarm: items.append(ContextItem(at: now, content: .heard(envelope)))
        case .regionReport:
            guard roles[node] == .orchestrator else { return }
            items.append(ContextItem(at: now, content: .heard(envelope)))
        case .policy(let policy):
            guard policy.revision != revision[node] else { return }
            revision[node] = policy.revision
            items.append(ContextItem(at: now, content: .heard(envelope)))
        default: break
        }
    }

    /// A node of this process has recorded this.
    package func note(_ record: Record, at now: Instant) {
        switch record {
        case .alarm, .lateOffer, .languageText, .language, .languageEffect:
            items.append(ContextItem(at: now, content: .recorded(record)))
        case .leaderDecision(let decision):
            guard isDue(&dueRecorded[Int(decision.node.rawValue)], now) else { return }
            items.append(ContextItem(at: now, content: .recorded(record)))
        case .epochStarted, .directive, .window, .cells, .twinStatus: break
        }
    }

    /// Hands on what has been picked.
    package func flush() {
        guard !items.isEmpty else { return }
        keeper.append(items)
        items.removeAll(keepingCapacity: true)
    }

    /// How the store does, where that is another than when it was asked for last.
    package func storeChange() -> StoreState? {
        let failure = keeper.failure
        guard (failure != nil) != hadFailed else { return nil }
        hadFailed = failure != nil
        return failure.map { .failed(reason: $0) } ?? .recovered
    }

    private func isDue(_ due: inout Instant, _ now: Instant) -> Bool {
        guard now >= due else { return false }
        due = now + sampling
        return true
    }
}

/// Takes what a tap has picked; must not wait.
package protocol ContextKeeping: Sendable {
    func append(_ items: [ContextItem])
    /// Why nothing is kept at present; nil where it is.
    var failure: String? { get }
}
