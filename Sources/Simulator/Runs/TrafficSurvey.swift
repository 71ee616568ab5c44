package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// What one node sends to another per epoch, by kind of message.
package struct TrafficStream: Hashable, Sendable {
    /// Kinds of messages that roles exchange in an epoch.
    package enum Kind: Hashable, Sendable {
        case telemetry, channelReport, regionReport, policy, offer, response, leaderSync, directive, directiveResult
        case trainOrder, twinStatus, clarify, clarification, alarm

        init?(_ body: BodyKind) {
            switch body {
            case .hello, .welcome, .reject, .heartbeat: return nil
            case .telemetry: self = .telemetry
            case .channelReport: self = .channelReport
            case .regionReport: self = .regionReport
            case .policy: self = .policy
            case .offer: self = .offer
            case .response: self = .response
            case .leaderSync: self = .leaderSync
            case .directive: self = .directive
            case .directiveResult: self = .directiveResult
            case .trainOrder: self = .trainOrder
            case .twinStatus: self = .twinStatus
            case .clarify: self = .clarify
            case .clarification: self = .clarification
            case .alarm: self = .alarm
            }
        }
    }

    package var from: NodeID
    package var to: NodeID
    package var kind: Kind
    package var messagesPerEpoch: Double
    /// Mean size of the packed message.
    package var bytes: Double
}

/// Counts the messages of a plan's nodes over some epochs in virtual time: what the latency bench builds its floor of.
package final class TrafficSurvey: ClusterObserver {
    private struct Count {
        var messages: UInt64 = 0
        var bytes: UInt64 = 0
    }

    private let nodes: Int
    /// [from][to][kind].
    private var counts: [Count]
    private static let firstKind = Int(BodyKind.hello.rawValue)
    private static let kinds = BodyKind.allCases.count

    private init(nodes: Int) {
        self.nodes = nodes
        counts = Array(repeating: Count(), count: nodes * nodes * TrafficSurvey.kinds)
    }

    /// Streams of a plan, by sender, recipient and kind, the first `warmUp` epochs left out.
    package static func streams(
        of plan: WiringPlan, options: SimulationOptions = .init(), epochs: Int = 100, warmUp: Int = 20
    ) throws -> [TrafficStream] {
        let survey = TrafficSurvey(nodes: plan.nodes.count)
        var options = options
        options.judgedEpochs = 0
        options.runsEqualPower = false
        let simulation = try Simulation(plan: plan, options: options)
        simulation.watcher = survey
        simulation.run(epochs: warmUp)
        survey.counts = Array(repeating: Count(), count: survey.counts.count)
        simulation.run(epochs: epochs)
        return survey.streams(epochs: epochs)
    }

    package func delivered(_ envelope: Envelope) {
        let kind = Int(envelope.body.kind.rawValue) - TrafficSurvey.firstKind
        let (from, to) = (Int(envelope.sender.rawValue), Int(envelope.recipient.rawValue))
        guard from < nodes, to < nodes else { return }
        let index = (from * nodes + to) * TrafficSurvey.kinds + kind
        counts[index].messages += 1
        counts[index].bytes += UInt64(EnvelopeSize.bytes(envelope))
    }

    package func recorded(_ record: Record, by node: NodeID) {}

    private func streams(epochs: Int) -> [TrafficStream] {
        var streams: [TrafficStream] = []
        for (index, count) in counts.enumerated() where count.messages > 0 {
            let pair = index / TrafficSurvey.kinds
            let body = BodyKind(rawValue: UInt32(index % TrafficSurvey.kinds + TrafficSurvey.firstKind))
            guard let kind = body.flatMap(TrafficStream.Kind.init) else { continue }
            streams.append(
                TrafficStream(
                    from: NodeID(UInt32(pair / nodes)), to: NodeID(UInt32(pair % nodes)), kind: kind,
                    messagesPerEpoch: Double(count.messages) / Double(epochs),
                    bytes: Double(count.bytes) / Double(count.messages)))
        }
        return streams
    }
}
