/// A row of the table of standardised QoS characteristics (3GPP TS 23.501 Table 5.7.4-1).
package struct FiveQI: Hashable, Sendable {
    /// How a flow is treated; raw values are those of `QoSProfile.resourceType`.
    package enum Resource: String, Hashable, Sendable {
        case guaranteed = "GBR"
        case delayCritical = "Delay-critical GBR"
        case none = "Non-GBR"
    }

    package let number: Int
    package let resource: Resource
    /// Default priority level: lower is more important.
    package let priority: Int
    /// Packet delay budget, ms, between a device and where its packets leave the core network.
    package let delayMs: Double
    /// Packet error rate, 0 ... 1.
    package let loss: Double
    package let service: String
    /// Whether a slice may be mapped to it by its guarantee alone: not signalling, nor services of emergency
    /// organisations, uplinks of cameras and satellites.
    let isOpen: Bool

    private init(
        _ number: Int, _ resource: Resource, _ priority: Int, _ delayMs: Double, _ loss: Double, _ service: String,
        isOpen: Bool = true
    ) {
        self.number = number
        self.resource = resource
        self.priority = priority
        self.delayMs = delayMs
        self.loss = loss
        self.service = service
        self.isOpen = isOpen
    }

    /// Name of its QoS profile.
    package var name: String { "5QI \(number)" }

    /// The treatment of a session that asks for nothing.
    package static let usual = 9

    /// In the order of the table: GBR, non-GBR, delay-critical GBR.
    package static let all: [FiveQI] = guaranteed + others + delayCritical

    private static let guaranteed: [FiveQI] = [
        FiveQI(1, .guaranteed, 20, 100, 1e-2, "conversational voice"),
        FiveQI(2, .guaranteed, 40, 150, 1e-3, "conversational video"),
        FiveQI(3, .guaranteed, 30, 50, 1e-3, "real-time gaming, V2X messages"),
        FiveQI(4, .guaranteed, 50, 300, 1e-6, "buffered video"),
        FiveQI(65, .guaranteed, 7, 75, 1e-2, "mission-critical push-to-talk voice", isOpen: false),
        FiveQI(66, .guaranteed, 20, 100, 1e-2, "other push-to-talk voice", isOpen: false),
        FiveQI(67, .guaranteed, 15, 100, 1e-3, "mission-critical video", isOpen: false),
        FiveQI(71, .guaranteed, 56, 150, 1e-6, "live uplink streaming", isOpen: false),
        FiveQI(72, .guaranteed, 56, 300, 1e-4, "live uplink streaming", isOpen: false),
        FiveQI(73, .guaranteed, 56, 300, 1e-8, "live uplink streaming", isOpen: false),
        FiveQI(74, .guaranteed, 56, 500, 1e-8, "live uplink streaming", isOpen: false),
        FiveQI(76, .guaranteed, 56, 500, 1e-4, "live uplink streaming", isOpen: false),
    ]

    private static let others: [FiveQI] = [
        FiveQI(5, .none, 10, 100, 1e-6, "IMS signalling", isOpen: false),
        FiveQI(6, .none, 60, 300, 1e-6, "buffered video, web and mail"),
        FiveQI(7, .none, 70, 100, 1e-3, "voice, live video, interactive gaming"),
        FiveQI(8, .none, 80, 300, 1e-6, "buffered video, web and mail"),
        FiveQI(9, .none, 90, 300, 1e-6, "buffered video, web and mail"),
        FiveQI(10, .none, 90, 1_100, 1e-6, "buffered video, web and mail over satellites", isOpen: false),
        FiveQI(69, .none, 5, 60, 1e-6, "mission-critical signalling", isOpen: false),
        FiveQI(70, .none, 55, 200, 1e-6, "mission-critical data", isOpen: false),
        FiveQI(79, .none, 65, 50, 1e-2, "V2X messages"),
        FiveQI(80, .none, 68, 10, 1e-6, "low-latency broadband, augmented reality"),
    ]

    private static let delayCritical: [FiveQI] = [
        FiveQI(82, .delayCritical, 19, 10, 1e-4, "discrete automation"),
        FiveQI(83, .delayCritical, 22, 10, 1e-4, "discrete automation, platooning"),
        FiveQI(84, .delayCritical, 24, 30, 1e-5, "intelligent transport systems"),
        FiveQI(85, .delayCritical, 21, 5, 1e-5, "electricity distribution, remote driving"),
        FiveQI(86, .delayCritical, 18, 5, 1e-4, "V2X collision avoidance"),
        FiveQI(87, .delayCritical, 25, 5, 1e-3, "motion tracking"),
        FiveQI(88, .delayCritical, 25, 10, 1e-3, "motion tracking"),
        FiveQI(89, .delayCritical, 25, 15, 1e-4, "split rendering"),
        FiveQI(90, .delayCritical, 25, 20, 1e-4, "split rendering"),
    ]

    /// The row of a number; nil where the table has none.
    package static func row(_ number: Int) -> FiveQI? { all.first { $0.number == number } }

    /// The loosest row that keeps what a slice guarantees: of those with a rate where it guarantees one, within its
    /// bound on the delay and on what exceeds it, the one of the largest budget, then of the highest error rate, then
    /// the least important. Where no budget is so short, the shortest.
    ///
    /// - Parameters:
    ///   - hasRate: whether a rate is guaranteed.
    ///   - delayMs: bound on the delay, nil for none.
    package static func nearest(hasRate: Bool, delayMs: Double?) -> FiveQI {
        let open = all.filter { $0.isOpen && ($0.resource != .none) == hasRate }
        guard let delayMs else { return loosest(open) }
        let kept = open.filter { $0.loss <= lateShare }
        let within = kept.filter { $0.delayMs <= delayMs }
        guard within.isEmpty else { return loosest(within) }
        let shortest = kept.map(\.delayMs).min()
        return loosest(kept.filter { $0.delayMs == shortest })
    }

    /// Packets of a slice that may exceed its bound.
    package static let lateShare = 1e-3

    private static func loosest(_ rows: [FiveQI]) -> FiveQI {
        let found = rows.max { one, two in
            (one.delayMs, one.loss, one.priority) < (two.delayMs, two.loss, two.priority)
        }
        guard let found else { preconditionFailure("the table has rows of every kind") }
        return found
    }
}
