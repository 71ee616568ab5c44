internal import DTNetMessages
internal import NetworkModel
internal import ResourceAllocation
internal import TwinProtocol

/// The follower's side of the game: the problem of the edge's own cells, the offer in force, and the best response to
/// it (DESIGN 11).
struct Follower: Sendable {
    /// Steps of the share dynamics on the way to an answer.
    private let shareSteps: Int
    /// Relative tolerance of a power that is decided.
    private static let tolerance = 5e-3
    /// Cells that the edge answers for, ascending.
    let cells: [UInt32]
    private let network: NetworkConfiguration
    private let assembler: ProblemAssembler
    private let guarantees: GuaranteeTable
    private var kernel = PricingKernel()
    private let owns: [Bool]
    private var offer: Offer?
    /// What L3 controls directly.
    private var controls: PolicyControls
    /// Report behind the problem.
    private var ues: [UInt32] = []
    private var slices: [UInt32] = []
    private var beams: [UInt32] = []
    /// The UEs and links of the last report that came with deviations, and these [UEs x links]; kept where schemes are
    /// recommended.
    private var known: (ue: [UInt32], linkCell: [UInt32], deviationDb: [Float]) = ([], [], [])
    private var linkCell: [UInt32] = []
    private var budgetWatts: [Double]
    private var policyExpires: UInt64 = .max
    private(set) var problem: Problem?
    /// Powers that the last response assumed and decided, C x K watts.
    private(set) var powerWatts: [Double]
    /// Prices that the last response answered, C x K.
    private(set) var price: [Double]

    init(network: NetworkConfiguration, cells: [CellID]) {
        self.network = network
        self.cells = cells.map(\.rawValue)
        assembler = ProblemAssembler(network: network)
        guarantees = GuaranteeTable(network: network)
        var owns = Array(repeating: false, count: network.cells.count)
        for cell in cells { owns[cell.index] = true }
        self.owns = owns
        shareSteps = network.sharesAreEven ? 0 : 24
        budgetWatts = assembler.maxPowerWatts
        controls = PolicyControls(cells: network.cells.count)
        let width = network.carrier.subbands
        powerWatts = assembler.maxPowerWatts.flatMap { Array(repeating: $0 / Double(width), count: width) }
        price = Array(repeating: 0, count: network.cells.count * width)
        if network.recommendsMCS { SchemeAdvice.prepare() }
    }

    /// Takes the bounds of a policy; an offer's budget never exceeds them.
    ///
    /// - Parameter incarnation: of the L3 that sent it.
    mutating func adopt(_ policy: Policy, incarnation: UInt64) {
        controls.adopt(policy, incarnation: incarnation)
        policyExpires = policy.expiresEpoch
        for (index, cell) in policy.cell.enumerated() {
            let bound = Double(policy.powerBudgetWatts[index])
            budgetWatts[Int(cell)] = min(bound, assembler.maxPowerWatts[Int(cell)])
        }
    }

    /// Ends what is no longer valid in an epoch, whether or not there is an offer to answer in it.
    mutating func expire(at epoch: UInt64) {
        controls.expire(at: epoch)
        if let offer, isAhead(offer, of: epoch) { self.offer = nil }
        guard epoch >= policyExpires else { return }
        policyExpires = .max
        budgetWatts = assembler.maxPowerWatts
    }

    /// Whether an offer is of epochs that are yet to come, further than any link delays telemetry: a leader that was
    /// held up has sent it in a numbering that is over.
    private func isAhead(_ offer: Offer, of epoch: UInt64) -> Bool {
        offer.offerEpoch > epoch && offer.offerEpoch - epoch > UInt64(network.game.expiryEpochs)
    }

    /// Epochs are numbered anew: offer and policy name those of before.
    mutating func forget() {
        offer = nil
        controls.forget()
        policyExpires = .max
        budgetWatts = assembler.maxPowerWatts
    }

    /// Highest scheme of a cell's users under the policy in force; `MCSTable.uncapped` where nothing caps it.
    func highestMCS(cell: UInt32) -> UInt32 { controls.highestMCS(cell: cell) }

    /// Takes an offer that is newer than the one in force and covers the edge's cells.
    mutating func accept(_ offer: Offer) -> Bool {
        guard offer.subbands == network.carrier.subbands, offer.cell == cells else { return false }
        if let held = self.offer, offer.offerEpoch < held.offerEpoch { return false }
        self.offer = offer
        return true
    }

    /// Builds the problem of the edge's own users from the report of the epoch.
    mutating func observe(_ report: ChannelReport) {
        let snapshot = ChannelSnapshot(
            links: report.links, reportSubbands: report.reportSubbands, ueCell: report.ueCell, weight: report.weight,
            demandKbps: report.demandKbps, guaranteeMbps: guarantees.mbps(slice: report.ueSlice),
            linkCell: report.linkCell, gainDb: report.gainDb, backgroundDbm: report.backgroundDbm,
            beamGainDb: report.beamGainDb)
        (ues, slices, beams) = (report.ue, report.ueSlice, report.servingBeam)
        if network.recommendsMCS {
            linkCell = report.linkCell
            noteDeviations(report)
        }
        // The powers of others in an offer are weighted with their load already.
        var load = Array(repeating: 1.0, count: network.cells.count)
        for (index, cell) in report.cell.enumerated() { load[Int(cell)] = max(0.05, Double(report.load[index])) }
        let subbands = network.carrier.subbands
        problem = assembler.assemble(
            [snapshot], powerBudgetWatts: budgetWatts, load: load,
            powerCapWatts: { [controls] in controls.capWatts(cell: UInt32($0), subbands: subbands) },
            highestMCS: { [controls] in controls.highestMCS(cell: UInt32($0)) })
    }

    /// Keeps how well the links of a report are known, for the schemes that are recommended next.
    mutating func noteDeviations(_ report: ChannelReport) {
        guard network.recommendsMCS, !report.deviationDb.isEmpty else { return }
        known = (report.ue, report.linkCell, report.deviationDb)
    }

    /// Answers the offer in force for `epoch`; nil where there is none, or none for that epoch.
    mutating func respond(at epoch: UInt64) -> Offer? {
        guard let problem, let offer, epoch < offer.expiresEpoch, !isAhead(offer, of: epoch) else { return nil }
        let width = network.carrier.subbands
        copy(offer.price, of: offer.cell, to: &price, width)
        copy(offer.neighbourPowerWatts, of: offer.neighbourCell, to: &powerWatts, width)
        // The edge's cells answer side by side, each to what the leader expects of the others.
        copy(offer.expectedPowerWatts, of: offer.cell, to: &powerWatts, width)
        powerWatts = kernel.respond(
            problem, ownCells: owns, powerWatts: powerWatts, pricePerWatt: price, shareSteps: shareSteps,
            tolerance: Follower.tolerance)
        EqualPower.fillIdle(problem, cells: owns, &powerWatts)
        if network.game.prices { EqualPower.fillFree(problem, cells: owns, pricePerWatt: price, &powerWatts) }
        return offer
    }

    /// Powers of the edge's own cells as the wire carries them.
    var ownPowerWatts: [Float] {
        let width = network.carrier.subbands
        return cells.flatMap { cell in (0..<width).map { Float(powerWatts[Int(cell) * width + $0]) } }
    }

    /// Adds to a directive what else is decided for the edge's cells: what the policy controls, the leader's
    /// association, and shares and beams by the last report.
    mutating func complete(_ directive: inout Directive) {
        controls.attach(to: &directive)
        directive.associationUE = offer?.associationUE ?? []
        directive.associationCell = offer?.associationCell ?? []
        for (ue, beam) in zip(ues, beams) where beam != .max {
            directive.beamUE.append(ue)
            directive.beam.append(beam)
        }
        recommend(in: &directive)
        guard network.game.scheduling == .shares, let problem, problem.ues == ues.count else { return }
        directive.shareUE = ues
        let shares = kernel.shares(problem).map { Float(max(0, $0)) }
        directive.share =
            slices.count == ues.count
            ? SliceShares.fit(shares, of: problem, slice: slices, part: controls.sliceShares) : shares
    }

    /// Recommends the schemes that carry most on average at the powers decided, the others' as the offer has them.
    private func recommend(in directive: inout Directive) {
        guard network.recommendsMCS, let problem, problem.ues == ues.count else { return }
        let isKnown = known.ue == ues && known.linkCell == linkCell
        let deviations =
            isKnown
            ? known.deviationDb : Array(repeating: SchemeAdvice.usualDeviationDb, count: problem.ues * problem.links)
        directive.recommend(
            SchemeAdvice.schemes(
                problem, powerWatts: powerWatts, linkDeviationDb: deviations, none: Directive.noMCS), to: ues)
    }

    private func copy(_ rows: [Float], of cells: [UInt32], to target: inout [Double], _ width: Int) {
        for (index, cell) in cells.enumerated() {
            for k in 0..<width { target[Int(cell) * width + k] = Double(rows[index * width + k]) }
        }
    }
}
