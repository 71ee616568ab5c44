package import NetworkModel

/// V2P: what the radio network is to do.
package struct Directive: Hashable, Sendable {
    /// Epoch of the reports behind the offer that was used.
    package var offerEpoch: UInt64 = 0
    /// Oldest measurement behind it.
    package var oldestEpoch: UInt64 = 0
    /// First epoch in which it is no longer valid.
    package var expiresEpoch: UInt64 = 0
    /// Not 0: all parts are applied, or none.
    package var group: UInt64 = 0
    /// Width of the row-major arrays.
    package var subbands = 0
    /// Cells, ascending [C].
    package var cell: [UInt32] = []
    /// [C x subbands]; empty where power is not decided.
    package var powerWatts: [Float] = []
    /// UEs whose scheduling shares are imposed [S].
    package var shareUE: [UInt32] = []
    /// [S x subbands].
    package var share: [Float] = []
    /// UEs whose serving cell is imposed [A].
    package var associationUE: [UInt32] = []
    /// [A].
    package var associationCell: [UInt32] = []
    /// Slices S, the width of `sliceShare`.
    package var slices = 0
    /// Part of a cell's PRBs that a slice gets at least while it has something to send [C x S]; empty where slices are
    /// not decided.
    package var sliceShare: [Float] = []
    /// Highest power per subband [C x subbands], 0 vacates it; empty where nothing is capped.
    package var capWatts: [Float] = []
    /// UEs whose beam is chosen [B], and the beam of the codebook.
    package var beamUE: [UInt32] = []
    package var beam: [UInt32] = []
    /// Cells of the platforms that are to move, ascending [P].
    package var platformCell: [UInt32] = []
    /// Where they are to fly [P].
    package var platformX: [Float] = []
    package var platformY: [Float] = []
    package var platformHeight: [Float] = []
    /// Highest MCS of each cell's users [C], `MCSTable.uncapped` where none is set; empty where no cell is capped.
    package var highestMCS: [UInt32] = []
    /// UEs with a recommended MCS, ascending [M].
    package var mcsUE: [UInt32] = []
    /// Index of `MCSTable` that is recommended to a UE on each subband [M x subbands], `noMCS` where none is.
    package var mcs: [UInt32] = []

    /// Stands in `mcs` for a subband without a recommendation.
    package static let noMCS = UInt32.max

    package init() {}

    /// Recommends schemes.
    ///
    /// - Parameters:
    ///   - ues: in any order, none twice.
    ///   - schemes: UEs x subbands, in the order of `ues`.
    package mutating func recommend(_ schemes: [UInt32], to ues: [UInt32]) {
        precondition(schemes.count == ues.count * subbands, "schemes of every UE on every subband")
        let order = ues.indices.sorted { ues[$0] < ues[$1] }
        mcsUE = order.map { ues[$0] }
        mcs = order.flatMap { schemes[($0 * subbands)..<(($0 + 1) * subbands)] }
    }
}

/// What became of one control of a directive.
package enum DirectiveOutcome: UInt32, Hashable, Sendable, Codable, CaseIterable {
    case applied = 1
    case staleTerm, staleEpoch, expired, unauthorised, outOfRange, unknownTarget, groupRefused, notObservable
}

/// Answer of the radio network to a directive, one entry per cell and control kind.
package struct DirectiveResult: Hashable, Sendable {
    /// [R].
    package var cell: [UInt32] = []
    /// [R].
    package var kind: [ControlKind] = []
    /// [R].
    package var outcome: [DirectiveOutcome] = []
    /// Change of the cell's throughput over the epoch before: the measured effect [R], or empty.
    package var effectKbps: [Float] = []

    package init() {}
}
