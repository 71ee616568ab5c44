package import DTNetMessages
package import NetworkModel
internal import Numerics

/// What one link does to the messages of one directed wire: when each is delivered, and which are lost.
///
/// A pure value: the reactor asks it when to hand a message to the socket, the simulator when to deliver it, and both
/// get the same answers for the same seed and arrivals. Messages of a wire are never reordered.
///
/// `delivery = start + bytes x 8 / bandwidth + propagation + jitter`, where `start` waits for the message
/// before, jitter is exponential, and a delivery is never before that of an earlier message. On a `measured` medium
/// the measured delays stand for propagation and jitter, in order and over again.
package struct LinkShaper: Sendable {
    /// What becomes of one message.
    package enum Decision: Hashable, Sendable {
        /// It arrives at this time.
        case deliver(at: Instant)
        /// The medium lost it: telemetry only, all else is sent again until it arrives.
        case lost
        /// The link's queue is longer than `maxBacklog`: refused before it was sent.
        case overflow
    }

    /// Messages by outcome since the start.
    package struct Counts: Hashable, Sendable {
        package var delivered: UInt64 = 0
        package var lost: UInt64 = 0
        package var overflowed: UInt64 = 0
        /// Transmissions beyond the first.
        package var retransmissions: UInt64 = 0

        package init() {}
    }

    /// Serialisation time that may wait in front of a message: telemetry is refused beyond it, all else at ten times
    /// it.
    package static let maxBacklog = Instant.Span.milliseconds(100)
    /// Transmissions of a message that is sent again, at most; the last one arrives.
    package static let maxTransmissions = 8

    package private(set) var counts = Counts()
    private let link: LinkPlan
    private let nanosecondsPerByte: Double
    private let generator: CounterGenerator
    private let wire: UInt64
    private var sequence: UInt64 = 0
    private var idleAt = Instant(nanoseconds: .min)
    private var lastDelivery = Instant(nanoseconds: .min)

    /// - Parameters:
    ///   - link: the link that carries the wire; its bandwidth is what the wiring plan gives to this wire alone.
    ///   - seed: seed of the run; losses and jitter depend on it, on the wire and on the message's number.
    ///   - from: sending node.
    ///   - to: receiving node.
    package init(link: LinkPlan, seed: UInt64, from: NodeID, to: NodeID) {
        precondition(link.bandwidthBitsPerSecond > 0, "a link carries something")
        self.link = link
        nanosecondsPerByte = 8e9 / link.bandwidthBitsPerSecond
        generator = CounterGenerator(seed: seed, purpose: LinkShaper.purpose)
        wire = UInt64(from.rawValue) << 32 | UInt64(to.rawValue)
    }

    /// Takes the next message of the wire.
    ///
    /// - Parameters:
    ///   - byteCount: size of the packed message.
    ///   - traffic: its class.
    ///   - at: time of sending; never before that of the message before.
    package mutating func admit(byteCount: Int, traffic: TrafficClass, at now: Instant) -> Decision {
        let start = max(now, idleAt)
        let limit = traffic == .telemetry ? LinkShaper.maxBacklog : LinkShaper.maxBacklog * 10
        guard start - now <= limit else {
            counts.overflowed += 1
            return .overflow
        }
        let number = sequence
        sequence += 1
        let serialisation = Instant.Span(nanoseconds: Int64((Double(byteCount) * nanosecondsPerByte).rounded()))
        idleAt = start + serialisation
        var departure = idleAt
        if link.lossProbability > 0 {
            let losses = lossesInARow(number)
            if losses > 0 && traffic == .telemetry {
                counts.lost += 1
                return .lost
            }
            counts.retransmissions += UInt64(losses)
            departure = departure + (delay(number) * 2 + serialisation) * Int64(losses)
        }
        let delivery = max(departure + delay(number) + jitter(number), lastDelivery)
        lastDelivery = delivery
        counts.delivered += 1
        return .deliver(at: delivery)
    }

    /// Whether the wire adds nothing, so that a message can go straight to the socket.
    package var isTransparent: Bool { !link.isShaped }

    // MARK: Draws, each a function of the message's number alone

    /// Sub-stream of the seed: "link".
    private static let purpose: UInt64 = 0x6C69_6E6B

    private func lossesInARow(_ number: UInt64) -> Int {
        var losses = 0
        while losses < LinkShaper.maxTransmissions - 1,
            generator.uniform(wire, number &* 16 &+ UInt64(losses) &+ 1) < link.lossProbability
        {
            losses += 1
        }
        return losses
    }

    private func delay(_ number: UInt64) -> Instant.Span {
        guard link.medium == .measured, !link.measuredDelays.isEmpty else { return link.propagationDelay }
        return Instant.Span(nanoseconds: link.measuredDelays[Int(number % UInt64(link.measuredDelays.count))])
    }

    private func jitter(_ number: UInt64) -> Instant.Span {
        guard link.jitterMean > .zero, link.medium != .measured else { return .zero }
        let draw = generator.exponential(wire, number &* 16)
        return Instant.Span(nanoseconds: Int64((Double(link.jitterMean.nanoseconds) * draw).rounded()))
    }
}
