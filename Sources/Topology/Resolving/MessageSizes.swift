internal import NetworkModel

/// Whether what the nodes of a topology have to tell each other fits into a message.
enum MessageSizes {
    /// Room for what a message holds beside its arrays: tags, numbers, and the hop trace of 16 hops.
    private static let overheadBytes = 1_024

    static func check(
        _ nodes: [PlacedNode], of document: TopologyDocument, cells: Int, _ collector: inout DiagnosticCollector
    ) {
        let edges = nodes.filter { $0.role == .edge }
        checkUEs(of: edges, document, &collector)
        let largestEdge = edges.map(\.cells.count).max() ?? 0
        checkPowers(of: cells, largestEdge: largestEdge, document, &collector)
    }

    /// The UEs of an edge are in one telemetry.
    private static func checkUEs(
        of edges: [PlacedNode], _ document: TopologyDocument, _ collector: inout DiagnosticCollector
    ) {
        guard let perCell = document.uesPerCell else { return }
        let most = NetworkConfiguration.mostUEsPerMessage
        for edge in edges where edge.cells.count * perCell.value > most {
            let key = perCell.position == nil ? document.layout.sites ?? perCell : perCell
            collector.add(
                "\(edge.name) has \(edge.cells.count * perCell.value) UEs in \(edge.cells.count) cells: an edge tells "
                    + "of at most \(most), take fewer, or divide its region between more edge hosts", at: key)
        }
    }

    /// A directive of FCH holds the powers of all cells; an offer holds those of all others than its edge's, and of the
    /// edge's own the prices, too.
    private static func checkPowers(
        of cells: Int, largestEdge: Int, _ document: TopologyDocument, _ collector: inout DiagnosticCollector
    ) {
        let isCentral = document.hierarchy.value == .fullyCentralised
        let rows = cells + (isCentral ? 0 : largestEdge)
        let bytes = 4 * rows * (1 + document.subbands.value) + overheadBytes
        guard bytes > NetworkConfiguration.mostMessageBytes else { return }
        let key = document.subbands.position == nil ? document.layout.sites ?? document.subbands : document.subbands
        collector.add(
            "\(isCentral ? "a directive" : "an offer") for \(cells) cells on \(document.subbands.value) subbands has "
                + "\(bytes) bytes, a message at most \(NetworkConfiguration.mostMessageBytes): take fewer subbands"
                + (isCentral ? " or cells" : ", cells, or cells per edge"), at: key)
    }
}
