internal import NetworkModel

/// What a run of `dtnet radio interference` found.
struct InterferenceSummary: RadioSummary {
    /// The map of one micro-twin.
    struct CellSummary: Encodable {
        var cell: String
        /// Of the quantity, over all subbands, dBm or dB; nil where no point has any.
        var median: Double?
    }

    var topology: String
    var quantity: String
    /// What the gains stand on.
    var baseline: String
    var model: String?
    /// Run folder whose powers hold; nil for equal powers.
    var powers: String?
    /// Of each micro-twin.
    var points = 0
    var subbands: Int
    var cells: [CellSummary] = []
    var out: String?
    var png: String?

    init(topology: String, network: NetworkConfiguration, command: InterferenceCommand) {
        self.topology = topology
        quantity = command.quantity.rawValue
        baseline = network.twin.baseline.rawValue
        model = network.twin.model
        powers = command.powers
        subbands = network.carrier.subbands
        out = command.out
        png = command.png
    }

    mutating func add(_ cell: String, _ values: MapValues) {
        let sorted = values.columns[0].compactMap(\.self).sorted()
        cells.append(CellSummary(cell: cell, median: sorted.isEmpty ? nil : sorted[sorted.count / 2]))
    }

    var lines: [String] {
        let source = powers.map { "powers of \($0)" } ?? "equal powers"
        return ["\(cells.count) micro-twins of \(points) points, \(subbands) subbands: \(baseline), \(source)"]
    }
}
