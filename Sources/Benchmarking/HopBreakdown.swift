package import DTNetMessages
package import NetworkModel

/// Where the time between the scheduled emission of a cell's telemetry and the directive's application went.
///
/// Every hop is measured by its own clock, so that the parts hold across machines; what no hop accounts for is link.
package struct HopBreakdown: Hashable, Sendable {
    /// Work that waited for its thread: start minus arrival, summed over the hops.
    package var queue = Instant.Span.zero
    /// The radio network's own work before the telemetry left, and before the directive acted.
    package var radioNetwork = Instant.Span.zero
    package var l1 = Instant.Span.zero
    package var l2 = Instant.Span.zero
    package var l3 = Instant.Span.zero
    package var rrm = Instant.Span.zero
    /// Waiting for other messages.
    package var barrier = Instant.Span.zero
    /// The remainder.
    package var link = Instant.Span.zero

    package init() {}

    /// Splits `total`, which ends at `end` by the radio network's clock.
    package init(_ hops: [Hop], total: Instant.Span, end: Instant) {
        for hop in hops {
            queue = queue + (hop.started - hop.arrived)
            barrier = barrier + hop.barrier
            // The hop at which the directive was applied sends nothing.
            let left = hop.sent < hop.started ? end : hop.sent
            let compute = left - hop.started - hop.barrier
            switch hop.layer {
            case .radioNetwork: radioNetwork = radioNetwork + compute
            case .l1: l1 = l1 + compute
            case .l2: l2 = l2 + compute
            case .l3: l3 = l3 + compute
            case .rrm: rrm = rrm + compute
            }
        }
        link = total - queue - radioNetwork - l1 - l2 - l3 - rrm - barrier
    }
}

/// Sums of breakdowns, for means that add up to the mean latency.
package struct BreakdownSum: Sendable {
    private var count = 0
    private var sums = SIMD8<Double>.zero

    package init() {}

    /// Takes the breakdown of one cell and epoch.
    package mutating func add(_ part: HopBreakdown) {
        count += 1
        sums += SIMD8(
            Double(part.queue.nanoseconds), Double(part.radioNetwork.nanoseconds), Double(part.l1.nanoseconds),
            Double(part.l2.nanoseconds), Double(part.l3.nanoseconds), Double(part.rrm.nanoseconds),
            Double(part.barrier.nanoseconds), Double(part.link.nanoseconds))
    }

    /// Means in microseconds, nil before the first.
    package var mean: BreakdownMeans? {
        guard count > 0 else { return nil }
        let means = sums / (Double(count) * 1_000)
        return BreakdownMeans(
            queue: means[0] + means[1], radioNetwork: means[1], l1: means[2], l2: means[3], l3: means[4],
            rrm: means[5], barrier: means[6], link: means[7])
    }
}

/// Mean parts of the fast latency in microseconds: `queue`, the four layers, `barrier` and `link` add up to its mean.
package struct BreakdownMeans: Hashable, Sendable, Codable {
    /// Waiting for a thread, and the radio network's own work.
    package var queue: Double
    /// The radio network's own work: a part of `queue`, which the row's keys have no other place for.
    package var radioNetwork: Double
    package var l1: Double
    package var l2: Double
    package var l3: Double
    package var rrm: Double
    package var barrier: Double
    package var link: Double

    /// Sum of the parts.
    package var total: Double { queue + l1 + l2 + l3 + rrm + barrier + link }
}
