package import NetworkModel

/// How a resolved link runs: over which hosts, and which part of the bandwidth it has.
package struct LinkRoute: Hashable, Sendable {
    /// Hosts from the sender to the receiver; one where they are the same.
    package var hosts: [String]
    /// The process that sends over the link; nil for the loopback, which all share.
    package var sender: String?
    /// True where the file gives the wire a link of its own.
    package var isOverride: Bool
}

/// One direction of a link between hosts and the processes that divide its bandwidth equally; a process divides what it
/// has equally between its wires over the link.
package struct LinkShare: Hashable, Sendable {
    package var from: String
    package var to: String
    package var medium: LinkMedium
    package var bandwidthBitsPerSecond: Double
    package var processes: [String]
    /// How many wires of each process run over the link, parallel to `processes`.
    package var wires: [Int]

    /// What one process has.
    package var shareBitsPerSecond: Double { bandwidthBitsPerSecond / Double(max(1, processes.count)) }
}

/// Resolves each wire to a link along the shortest path between hosts.
///
/// A link of the plan belongs to one sending process and one path; index 0 is the loopback. This is the one place where
/// bandwidth is divided: that of a link of the plan is what each of its wires has for itself, and the wires over one
/// direction of a link between hosts never have more than that link in all.
struct LinkPlanner {
    private(set) var links: [LinkPlan] = [.loopback]
    private(set) var routes: [LinkRoute] = [LinkRoute(hosts: [], sender: nil, isOverride: false)]
    private(set) var wires: [WirePlan] = []
    private(set) var shares: [LinkShare] = []
    private let document: TopologyDocument
    private let nodes: [PlacedNode]
    private let processes: ProcessGrouping
    private let traces: TraceDelays

    init(
        _ document: TopologyDocument, nodes: [PlacedNode], processes: ProcessGrouping,
        wires pairs: [(from: Int, to: Int)], traces: TraceDelays, isShaped: Bool,
        collector: inout DiagnosticCollector
    ) {
        self.document = document
        self.nodes = nodes
        self.processes = processes
        self.traces = traces
        let paths = paths(of: pairs, &collector)
        if isShaped {
            let loads = divide(pairs, paths)
            for (pair, path) in zip(pairs, paths) { add(pair, path, loads) }
        } else {
            wires = pairs.map { WirePlan(from: NodeID(UInt32($0.from)), to: NodeID(UInt32($0.to)), link: 0) }
        }
    }

    // MARK: - Paths

    private func paths(of pairs: [(from: Int, to: Int)], _ collector: inout DiagnosticCollector) -> [[HostHop]] {
        let ends = document.links.map { link -> (from: Int, to: Int)? in
            let from = document.hostIndex(link.from, &collector)
            let to = document.hostIndex(link.to, &collector)
            guard let from, let to else { return nil }
            if from == to { collector.add("a link joins two hosts, not '\(link.to.value)' with itself", at: link.to) }
            return (from, to)
        }
        let graph = HostGraph(
            forwards: document.hosts.map { $0.labels != [.field] }, ends: ends,
            delays: document.links.map { ($0.delay ?? traces.mean(of: $0)).nanoseconds })
        var known: [[HostHop]?] = Array(repeating: nil, count: document.hosts.count * document.hosts.count)
        return pairs.map { pair in
            let (from, to) = (nodes[pair.from].host, nodes[pair.to].host)
            let place = from * document.hosts.count + to
            if let path = known[place] { return path }
            let path = graph.path(from: from, to: to)
            if path == nil {
                // A wire with a link of its own needs no path; of the others one per pair of hosts is reported.
                if override(of: pair) != nil { return [] }
                reportUnreachable(pair, &collector)
                known[to * document.hosts.count + from] = []
            }
            known[place] = path ?? []
            return path ?? []
        }
    }

    private func reportUnreachable(_ pair: (from: Int, to: Int), _ collector: inout DiagnosticCollector) {
        let (from, to) = (nodes[pair.from], nodes[pair.to])
        let (source, target) = (document.hosts[from.host].name, document.hosts[to.host].name)
        let key = from.override?.host ?? to.override?.host ?? source
        collector.add(
            "unreachable: \(from.name) on '\(source.value)' talks to \(to.name) on '\(target.value)', and no path of "
                + "links joins the two hosts", at: key)
    }

    /// The wires of one process over a hop.
    private struct HopLoad {
        var process: Int
        var wires: Int
    }

    /// What each process sends over each hop, and the table of shares.
    private mutating func divide(_ pairs: [(from: Int, to: Int)], _ paths: [[HostHop]]) -> [HostHop: [HopLoad]] {
        var order: [HostHop] = []
        var loads: [HostHop: [HopLoad]] = [:]
        for (pair, path) in zip(pairs, paths) where override(of: pair) == nil {
            let process = processes.processOfNode[pair.from]
            for hop in path {
                if loads[hop] == nil { order.append(hop) }
                if let index = loads[hop]?.firstIndex(where: { $0.process == process }) {
                    loads[hop]?[index].wires += 1
                } else {
                    loads[hop, default: []].append(HopLoad(process: process, wires: 1))
                }
            }
        }
        order.sort { ($0.link, $0.from) < ($1.link, $1.from) }
        shares = order.map { hop in
            let link = document.links[hop.link]
            return LinkShare(
                from: document.hosts[hop.from].name.value, to: document.hosts[hop.to].name.value,
                medium: link.medium.value, bandwidthBitsPerSecond: link.bandwidthBitsPerSecond,
                processes: (loads[hop] ?? []).map { processes.processes[$0.process].name },
                wires: (loads[hop] ?? []).map(\.wires))
        }
        return loads
    }

    // MARK: - Links

    private func override(of pair: (from: Int, to: Int)) -> LinkDeclaration? {
        document.wires.last { $0.from.value == nodes[pair.from].name && $0.to.value == nodes[pair.to].name }
    }

    private mutating func add(_ pair: (from: Int, to: Int), _ path: [HostHop], _ loads: [HostHop: [HopLoad]]) {
        let sender = processes.processOfNode[pair.from]
        let process = processes.processes[sender].name
        let route: LinkRoute
        let plan: LinkPlan
        if let own = override(of: pair) {
            let hosts = [nodes[pair.from].host, nodes[pair.to].host].map { document.hosts[$0].name.value }
            route = LinkRoute(hosts: hosts, sender: process, isOverride: true)
            plan = combine([(own, own.bandwidthBitsPerSecond)])
            append(pair, plan, route, mayShare: false)
            return
        }
        guard let first = path.first else {
            wires.append(WirePlan(from: NodeID(UInt32(pair.from)), to: NodeID(UInt32(pair.to)), link: 0))
            return
        }
        let hosts = ([first.from] + path.map(\.to)).map { document.hosts[$0].name.value }
        route = LinkRoute(hosts: hosts, sender: process, isOverride: false)
        plan = combine(
            path.map { hop in
                let link = document.links[hop.link]
                let all = loads[hop] ?? []
                let own = all.first { $0.process == sender }?.wires ?? 1
                return (link, link.bandwidthBitsPerSecond / Double(max(1, all.count) * own))
            })
        append(pair, plan, route, mayShare: true)
    }

    private mutating func append(_ pair: (from: Int, to: Int), _ plan: LinkPlan, _ route: LinkRoute, mayShare: Bool) {
        var index = mayShare ? routes.firstIndex(of: route) : nil
        if index == nil {
            index = links.count
            links.append(plan)
            routes.append(route)
        }
        wires.append(WirePlan(from: NodeID(UInt32(pair.from)), to: NodeID(UInt32(pair.to)), link: index ?? 0))
    }

    /// Links in series: delays and jitters add up, the smallest bandwidth counts, a frame is lost on any of them. The
    /// medium is that of a measured link, else of the slowest; delays of a measured link include those of the others.
    private func combine(_ parts: [(link: LinkDeclaration, share: Double)]) -> LinkPlan {
        let slowest = parts.max { $0.link.delay ?? .zero < $1.link.delay ?? .zero }
        let measured = parts.first { $0.link.medium.value == .measured }
        let fixed = parts.reduce(Instant.Span.zero) { $0 + ($1.link.delay ?? .zero) }
        var delays: [Int64] = []
        for part in parts where part.link.medium.value == .measured {
            let own = traces.delays(of: part.link)
            guard !own.isEmpty else { continue }
            if delays.isEmpty {
                delays = own.map { $0 + fixed.nanoseconds }
            } else {
                delays = delays.enumerated().map { $0.element + own[$0.offset % own.count] }
            }
        }
        let mean = delays.isEmpty ? fixed : Instant.Span(nanoseconds: delays.reduce(0, +) / Int64(delays.count))
        return LinkPlan(
            medium: (measured ?? slowest)?.link.medium.value ?? .loopback,
            bandwidthBitsPerSecond: parts.map(\.share).min() ?? .infinity,
            propagationDelay: mean,
            jitterMean: parts.reduce(.zero) { $0 + $1.link.jitterMean },
            lossProbability: 1 - parts.reduce(1) { $0 * (1 - $1.link.loss) },
            measuredDelays: delays)
    }
}

/// Delays of the measured links of a document, read once per trace.
struct TraceDelays {
    private var traces: [(path: String, delays: [Int64])] = []
    private let replayPath: String?
    private let place: (String) -> String

    /// `read` returns the text of a trace by path; nil leaves every measured link without delays. `place` turns a path
    /// of the file into one that `read` understands; `replayPath` serves links that name no trace.
    init(
        _ document: TopologyDocument, replayPath: String?, place: @escaping (String) -> String,
        read: ((String) throws -> String)?, collector: inout DiagnosticCollector
    ) {
        self.replayPath = replayPath
        self.place = place
        for link in document.links + document.wires where link.medium.value == .measured {
            guard let path = path(of: link) else {
                collector.add("missing: a measured link without a replay needs its trace", at: link.medium)
                continue
            }
            guard let read, !traces.contains(where: { $0.path == path }) else { continue }
            do {
                traces.append((path, try MeasuredTrace.oneWayDelays(of: read(path))))
            } catch {
                traces.append((path, []))
                let key = link.trace ?? link.medium.map { _ in "" }
                collector.add(
                    "trace '\(path)' cannot be used: \(error)" + (link.trace == nil ? "; name it with --trace" : ""),
                    at: key)
            }
        }
    }

    func delays(of link: LinkDeclaration) -> [Int64] {
        let path = path(of: link)
        return traces.first { $0.path == path }?.delays ?? []
    }

    func mean(of link: LinkDeclaration) -> Instant.Span {
        let delays = delays(of: link)
        return delays.isEmpty ? .zero : Instant.Span(nanoseconds: delays.reduce(0, +) / Int64(delays.count))
    }

    private func path(of link: LinkDeclaration) -> String? { link.trace.map { place($0.value) } ?? replayPath }
}
