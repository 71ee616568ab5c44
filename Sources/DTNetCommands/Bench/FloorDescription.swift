internal import NetworkModel
internal import Simulator

/// Describes the floor of a plan to `dtnet-echo`: its processes, connections, and per epoch the messages between
/// processes with their sizes, each caused by what causes it in the hierarchy.
struct FloorDescription: Sendable {
    private let plan: WiringPlan
    private let streams: [TrafficStream]
    private let folder: String
    private let isClosedLoop: Bool
    /// Process of each node.
    private let processOf: [Int]
    /// Number of each cause: messages that fan in at one node have one number.
    private var numbers: [Cause] = []
    private var lines: [String] = []

    /// What a rule waits for: messages of a kind at a node.
    private struct Cause: Hashable {
        var kind: TrafficStream.Kind
        var node: NodeID
    }

    /// Streams that happen in less than half of the epochs are left out.
    private static let leastPerEpoch = 0.5

    /// - Parameters:
    ///   - plan: unshaped.
    ///   - streams: what its nodes send per epoch.
    ///   - folder: of the sockets.
    ///   - isClosedLoop: whether an epoch starts when the directives of the one before are in. Answers to offers are
    ///     then left out: ours send them as seldom as by the clock.
    init(plan: WiringPlan, streams: [TrafficStream], folder: String, isClosedLoop: Bool = false) {
        self.plan = plan
        self.folder = folder
        self.isClosedLoop = isClosedLoop
        var processOf = [Int](repeating: 0, count: plan.nodes.count)
        for (index, process) in plan.processes.enumerated() {
            for node in process.nodes { processOf[Int(node.rawValue)] = index }
        }
        self.processOf = processOf
        self.streams = streams.filter { stream in
            stream.kind != .policy && !(isClosedLoop && stream.kind == .response)
                && stream.messagesPerEpoch >= FloorDescription.leastPerEpoch
                && processOf[Int(stream.from.rawValue)] != processOf[Int(stream.to.rawValue)]
        }
    }

    /// Bytes that the floor's processes send per epoch: to be held against those of ours.
    var bytesPerEpoch: Double {
        streams.reduce(0) { sum, stream in
            sum + Double(messageBytes(stream) * messages(stream))
        }
    }

    /// Messages with directives that come in at the radio network per epoch.
    var directivesPerEpoch: Int {
        plan.nodes(of: .ran).first.map { fanIn(Cause(kind: .directive, node: $0.id)) } ?? 1
    }

    private func messageBytes(_ stream: TrafficStream) -> Int { max(24, Int(stream.bytes.rounded())) }

    private func messages(_ stream: TrafficStream) -> Int { max(1, Int(stream.messagesPerEpoch.rounded())) }

    /// The description of a floor with this period and number of epochs.
    mutating func text(period: Instant.Span, epochs: Int, warmUp: Int) -> String {
        lines = [
            "period_us \(period.nanoseconds / 1_000)", "epochs \(epochs)", "warmup \(warmUp)",
        ]
        for process in plan.processes {
            let endpoint = process.endpoint == nil ? "" : " ipc://\(folder)/\(process.name)"
            lines.append("process \(process.name)\(endpoint)")
        }
        for process in plan.processes {
            for peer in process.connects { lines.append("connect \(process.name) \(peer)") }
        }
        for stream in streams { describe(stream) }
        if let radio = plan.nodes(of: .ran).first {
            lines.append("sink \(radio.process) \(number(.directive, radio.id))")
            if isClosedLoop { lines.append("closed \(directivesPerEpoch)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func describe(_ stream: TrafficStream) {
        let kind = stream.kind
        let from = plan.nodes[Int(stream.from.rawValue)]
        let to = plan.nodes[Int(stream.to.rawValue)]
        let message =
            "\(number(kind, to.id)) \(to.process) \(messageBytes(stream)) \(messages(stream))"
        guard let cause = cause(of: kind, from: from) else {
            lines.append("emit \(from.process) \(message)")
            return
        }
        let need = cause.kind == .telemetry || cause.kind == .offer ? 0 : fanIn(cause)
        lines.append("rule \(from.process) \(number(cause.kind, cause.node)) \(need) \(message)")
    }

    /// What makes `node` send a message of this kind: nil is the start of the epoch.
    private func cause(of kind: TrafficStream.Kind, from node: NodePlan) -> Cause? {
        switch kind {
        case .telemetry, .policy, .trainOrder, .twinStatus, .clarify, .clarification, .alarm: nil
        case .channelReport: Cause(kind: .telemetry, node: node.id)
        case .regionReport, .offer, .leaderSync: Cause(kind: .channelReport, node: node.id)
        case .response: Cause(kind: .offer, node: node.id)
        case .directive where node.role == .rrm: Cause(kind: .channelReport, node: node.id)
        case .directive:
            plan.network.game.timing(in: plan.network.hierarchy) == .synchronous
                ? Cause(kind: .offer, node: node.id) : Cause(kind: .telemetry, node: node.id)
        case .directiveResult: Cause(kind: .directive, node: node.id)
        }
    }

    /// Messages of a kind that come in at a node per epoch.
    private func fanIn(_ cause: Cause) -> Int {
        let coming = streams.filter { $0.to == cause.node && $0.kind == cause.kind }
        return max(1, coming.reduce(0) { $0 + messages($1) })
    }

    private mutating func number(_ kind: TrafficStream.Kind, _ node: NodeID) -> Int {
        let cause = Cause(kind: kind, node: node)
        if let known = numbers.firstIndex(of: cause) { return known }
        numbers.append(cause)
        return numbers.count - 1
    }
}
