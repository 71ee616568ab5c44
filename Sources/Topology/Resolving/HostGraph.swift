internal import NetworkModel

/// One direction of a link between hosts.
struct HostHop: Hashable, Sendable {
    var from: Int
    var to: Int
    /// Index into the document's links.
    var link: Int
}

/// The hosts and links of a document as a graph; paths are the shortest by the sum of mean delays.
struct HostGraph {
    private let count: Int
    private let hops: [HostHop]
    private let delays: [Int64]
    private let forwards: [Bool]

    /// `ends[i]` and `delays[i]` (nanoseconds, 0 or more) are those of link i; nil ends are links that name no host.
    /// A host that does not forward only begins and ends paths.
    init(forwards: [Bool], ends: [(from: Int, to: Int)?], delays: [Int64]) {
        self.forwards = forwards
        count = forwards.count
        self.delays = delays
        hops = ends.enumerated().flatMap { index, end -> [HostHop] in
            guard let end else { return [] }
            return [
                HostHop(from: end.from, to: end.to, link: index), HostHop(from: end.to, to: end.from, link: index),
            ]
        }
    }

    /// Hops from one host to another, empty for the same host, nil where no path joins them.
    ///
    /// Ties go to fewer hops, then to the link that the file names first.
    func path(from start: Int, to end: Int) -> [HostHop]? {
        var best = [(delay: Int64, hops: Int)?](repeating: nil, count: count)
        var last = [HostHop?](repeating: nil, count: count)
        var isSettled = [Bool](repeating: false, count: count)
        best[start] = (0, 0)
        while let next = nearestUnsettled(best, isSettled), next != end, let reached = best[next] {
            isSettled[next] = true
            guard next == start || forwards[next] else { continue }
            for hop in hops where hop.from == next && !isSettled[hop.to] {
                let candidate = (delay: reached.delay + delays[hop.link], hops: reached.hops + 1)
                if best[hop.to].map({ candidate < ($0.delay, $0.hops) }) ?? true {
                    best[hop.to] = candidate
                    last[hop.to] = hop
                }
            }
        }
        guard best[end] != nil else { return nil }
        var path: [HostHop] = []
        var host = end
        while host != start, let hop = last[host] {
            path.append(hop)
            host = hop.from
        }
        return path.reversed()
    }

    private func nearestUnsettled(_ best: [(delay: Int64, hops: Int)?], _ isSettled: [Bool]) -> Int? {
        var nearest: Int?
        for host in 0..<count where !isSettled[host] {
            guard let own = best[host] else { continue }
            let other = nearest.flatMap { best[$0] } ?? (delay: .max, hops: .max)
            if own < other { nearest = host }
        }
        return nearest
    }
}
