internal import NetworkModel

/// Whether what the nodes of a topology have to tell each other fits into bodies and their messages.
enum MessageSizes {
    static func check(
        _ nodes: [PlacedNode], of document: TopologyDocument, network: NetworkConfiguration,
        _ collector: inout DiagnosticCollector
    ) {
        guard let perCell = document.uesPerCell else { return }
        let edges = nodes.filter { $0.role == .edge }
        checkUEs(of: edges, perCell, document, &collector)
        checkTelemetry(of: edges, perCell, document, network, &collector)
        checkDirective(perCell, document, network, &collector)
    }

    /// The UEs of an edge are in one telemetry.
    private static func checkUEs(
        of edges: [PlacedNode], _ perCell: Located<Int>, _ document: TopologyDocument,
        _ collector: inout DiagnosticCollector
    ) {
        let most = NetworkConfiguration.mostUEsPerBody
        for edge in edges where edge.cells.count * perCell.value > most {
            collector.add(
                "\(edge.name) has \(edge.cells.count * perCell.value) UEs in \(edge.cells.count) cells: an edge tells "
                    + "of at most \(most), take fewer, or divide its region between more edge hosts",
                at: key(perCell, document))
        }
    }

    /// A telemetry is the largest body there is: it may take so many messages.
    private static func checkTelemetry(
        of edges: [PlacedNode], _ perCell: Located<Int>, _ document: TopologyDocument, _ network: NetworkConfiguration,
        _ collector: inout DiagnosticCollector
    ) {
        let most = NetworkConfiguration.mostMessagesPerBody - 1
        let room = NetworkConfiguration.mostMessageBytes - NetworkConfiguration.messageOverheadBytes
        for edge in edges {
            let (cells, ues) = (edge.cells.count, edge.cells.count * perCell.value)
            let bytes = network.telemetryBytes(cells: cells, ues: ues)
            // More UEs than that are refused above.
            guard ues <= NetworkConfiguration.mostUEsPerBody, bytes > most * room else { continue }
            collector.add(
                "the telemetry of \(edge.name) has \(bytes) bytes for \(ues) UEs, one epoch at most \(most * room): "
                    + "take fewer UEs, subbands or reported neighbours, or divide its region between more edge hosts",
                at: key(perCell, document))
        }
    }

    /// In FCH one directive names the UEs of all cells, where anything is decided for single ones.
    private static func checkDirective(
        _ perCell: Located<Int>, _ document: TopologyDocument, _ network: NetworkConfiguration,
        _ collector: inout DiagnosticCollector
    ) {
        let most = NetworkConfiguration.mostUEsPerBody
        let ues = network.cells.count * perCell.value
        guard network.hierarchy == .fullyCentralised, network.decidesPerUE, ues > most else { return }
        collector.add(
            "the network has \(ues) UEs: in fch a directive names at most \(most) with shares, association, beams or "
                + "schemes of their own, take fewer, or sch or dch", at: key(perCell, document))
    }

    /// The key that has made it too many.
    private static func key(_ perCell: Located<Int>, _ document: TopologyDocument) -> Located<Int> {
        perCell.position == nil ? document.layout.sites ?? perCell : perCell
    }
}
