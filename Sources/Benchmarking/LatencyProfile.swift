package import DTNetMessages
package import NetworkModel

/// Link and residence times measured on real processes, as quantiles: what `simulate --latency-from` reads.
package struct LatencyProfile: Hashable, Sendable, Codable {
    /// Time from hand-over to the link until the receiver takes the frame out of the transport.
    package struct Link: Hashable, Sendable, Codable {
        /// Names of the nodes in the topology.
        package var from: String
        package var to: String
        package var samples: UInt64
        /// Evenly spaced quantiles from 0 to 1, nanoseconds.
        package var quantilesNs: [Int64]

        package init(from: String, to: String, samples: UInt64, quantilesNs: [Int64]) {
            self.from = from
            self.to = to
            self.samples = samples
            self.quantilesNs = quantilesNs
        }
    }

    /// Time from the start of work until the message was handed on, without waiting for others.
    package struct Residence: Hashable, Sendable, Codable {
        package var layer: HopLayer
        package var samples: UInt64
        /// Evenly spaced quantiles from 0 to 1, nanoseconds.
        package var quantilesNs: [Int64]

        package init(layer: HopLayer, samples: UInt64, quantilesNs: [Int64]) {
            self.layer = layer
            self.samples = samples
            self.quantilesNs = quantilesNs
        }
    }

    /// Entries of a quantile table.
    package static let points = 201

    package var topology: String
    package var hierarchy: Hierarchy
    package var links: [Link]
    package var residences: [Residence]

    package init(topology: String, hierarchy: Hierarchy, links: [Link], residences: [Residence]) {
        self.topology = topology
        self.hierarchy = hierarchy
        self.links = links
        self.residences = residences
    }

    /// The measured value at `fraction` of a quantile table, interpolated.
    package static func value(_ quantilesNs: [Int64], at fraction: Double) -> Int64 {
        guard let last = quantilesNs.indices.last else { return 0 }
        let position = min(max(fraction, 0), 1) * Double(last)
        let below = Int(position)
        let above = min(below + 1, last)
        let slope = Double(quantilesNs[above] - quantilesNs[below])
        return quantilesNs[below] + Int64((slope * (position - Double(below))).rounded())
    }
}

/// Collects the link and residence times of the hops of applied directives.
package struct LatencyProfiler: Sendable {
    /// Distinct wires kept, at most; others are not profiled.
    package static let maxWires = 4_096

    private struct Wire: Sendable {
        var from: NodeID
        var to: NodeID
        var histogram: LatencyHistogram
    }

    /// Sorted by (from, to).
    private var wires: [Wire] = []
    /// Indexed by the layer's raw value.
    private var residences = [LatencyHistogram?](repeating: nil, count: 8)

    package init() {}

    /// Takes the hops of a directive that `receiver` took out of its transport, or applied, at `end`.
    package mutating func add(_ hops: [Hop], receiver: NodeID, end: Instant) {
        for (index, hop) in hops.enumerated() where hop.sent >= hop.started {
            let layer = Int(hop.layer.rawValue)
            if residences[layer] == nil { residences[layer] = LatencyHistogram() }
            residences[layer]?.record(hop.sent - hop.started - hop.barrier)
            let next = index + 1 < hops.count ? hops[index + 1] : nil
            record(from: hop.node, to: next?.node ?? receiver, (next?.arrived ?? end) - hop.sent)
        }
    }

    /// The profile, with nodes named by the plan.
    package func profile(_ plan: WiringPlan) -> LatencyProfile {
        func name(_ node: NodeID) -> String {
            Int(node.rawValue) < plan.nodes.count ? plan.nodes[Int(node.rawValue)].name : "\(node)"
        }
        return LatencyProfile(
            topology: plan.network.name, hierarchy: plan.network.hierarchy,
            links: wires.map {
                LatencyProfile.Link(
                    from: name($0.from), to: name($0.to), samples: $0.histogram.count,
                    quantilesNs: $0.histogram.quantileTable(points: LatencyProfile.points))
            },
            residences: HopLayer.allCases.compactMap { layer in
                residences[Int(layer.rawValue)].map {
                    LatencyProfile.Residence(
                        layer: layer, samples: $0.count,
                        quantilesNs: $0.quantileTable(points: LatencyProfile.points))
                }
            })
    }

    /// Clocks of different hosts do not compare: a negative time is dropped.
    private mutating func record(from: NodeID, to: NodeID, _ time: Instant.Span) {
        guard time >= .zero else { return }
        var low = 0
        var high = wires.count
        while low < high {
            let middle = (low + high) / 2
            let isBefore = (wires[middle].from, wires[middle].to) < (from, to)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        if low == wires.count || wires[low].from != from || wires[low].to != to {
            guard wires.count < LatencyProfiler.maxWires else { return }
            wires.insert(Wire(from: from, to: to, histogram: LatencyHistogram()), at: low)
        }
        wires[low].histogram.record(time)
    }
}
