internal import NetworkModel

/// Bounds on whatever comes off the wire, and the checks that hold them.
package struct MessageCheck: Sendable {
    package static let maxHops = 16
    package static let maxCells = NetworkConfiguration.mostCells
    /// Epochs and numbers of orders stay below, terms and ends of validity no higher: sums with them do not overflow.
    package static let maxNumber: UInt64 = 1 << 48
    package static let maxUEs = NetworkConfiguration.mostUEsPerBody
    /// Messages that a divided body has at most.
    package static let maxParts = UInt32(NetworkConfiguration.mostMessagesPerBody)
    /// Answers to one directive: one per cell and kind, of an association one per UE.
    static let maxOutcomes = maxCells * ControlKind.allCases.count + maxUEs
    package static let maxSubbands = 64
    package static let maxLinks = 64
    package static let maxSlices = 16
    package static let maxBeam: UInt32 = 255
    package static let maxHotspots = 256
    package static let maxTextBytes = 512
    package static let maxTexts = 16

    /// Widest ranges that a value of the radio network can have. Products of gains, powers and what disturbs stay
    /// within single precision: thermal noise is -174 dBm in one hertz, and no path gains more than it loses.
    static let gainDb: ClosedRange<Float> = -400...10
    static let beamGainDb: ClosedRange<Float> = -400...30
    static let backgroundDbm: ClosedRange<Float> = -200...100
    static let sinrDb: ClosedRange<Float> = -400...100
    static let levelDbm: ClosedRange<Float> = -300...100
    static let powerWatts: ClosedRange<Float> = 0...100_000
    static let metres: ClosedRange<Float> = -1e7...1e7
    static let nonNegative: ClosedRange<Float> = 0...1e30
    /// Weights of UEs: those of a cell and of a slice, multiplied.
    static let positive: ClosedRange<Float> = 1e-15...1e30
    static let anyFinite: ClosedRange<Float> = -1e30...1e30

    private let cells: UInt32
    private let nodes: UInt32
    private let regions: UInt32
    private let ues: UInt32
    private let subbands: Int
    private let slices: Int

    /// - Parameters:
    ///   - ues: number of UEs of the scenario, `UInt32.max` where it is not known beforehand.
    ///   - subbands: of the carrier.
    ///   - slices: that the topology names, 0 for none.
    package init(cells: Int, nodes: Int, regions: Int, ues: UInt32, subbands: Int, slices: Int) {
        self.cells = UInt32(cells)
        self.nodes = UInt32(nodes)
        self.regions = UInt32(regions)
        self.ues = ues
        self.subbands = subbands
        self.slices = slices
    }

    /// Ids and widths of the body against the topology.
    package func check(_ envelope: Envelope) throws(MessageError) {
        guard envelope.epoch < MessageCheck.maxNumber else { throw .range(field: "epoch") }
        guard envelope.term <= MessageCheck.maxNumber else { throw .range(field: "term") }
        for hop in envelope.hops where hop.node.rawValue >= nodes { throw .unknownID(field: "hop_node") }
        switch envelope.body {
        case .hello, .welcome, .reject, .heartbeat: return
        case .telemetry(let value):
            try known(value.cell, "cell_id")
            try known(value.ueCell, "ue_cell_id")
            try known(value.linkCell, "link_cell_id", noneAllowed: true)
            try knownUEs(value.ue, "ue_id")
            try knownHandovers(value.handoverUE, value.handoverFrom, value.handoverTo)
            try knownSlices(value.ueSlice)
            guard value.subbands == subbands else { throw .range(field: "subbands") }
        case .channelReport(let value):
            try known(value.cell, "cell_id")
            try known(value.ueCell, "ue_cell_id")
            try known(value.linkCell, "link_cell_id", noneAllowed: true)
            try knownUEs(value.ue, "ue_id")
            try knownHandovers(value.handoverUE, value.handoverFrom, value.handoverTo)
            try knownSlices(value.ueSlice)
            guard value.links == 0 || value.reportSubbands == 1 || value.reportSubbands == subbands else {
                throw .range(field: "report_subbands")
            }
        case .regionReport(let value):
            guard value.region < regions else { throw .unknownID(field: "region") }
            try known(value.cell, "cell_id")
            try known(value.handoverFrom, "handover_from")
            try known(value.handoverTo, "handover_to")
        case .policy(let value):
            guard value.slices == 0 || value.slices == slices else { throw .range(field: "slices") }
            try known(value.cell, "cell_id")
            try known(value.platformCell, "platform_cell_id")
            try known(value.moveCell, "move_cell_id")
            try knownUEs(value.moveUE, "move_ue_id")
        case .offer(let value):
            try known(value.cell, "cell_id")
            try known(value.neighbourCell, "neighbour_cell_id")
            try known(value.associationCell, "association_cell_id")
            try knownUEs(value.associationUE, "association_ue_id")
        case .response(let value): try known(value.cell, "cell_id")
        case .leaderSync(let value):
            guard value.region < regions else { throw .unknownID(field: "region") }
            try known(value.chargedCell, "charged_cell_id")
            try known(value.ownCell, "own_cell_id")
        case .directive(let value):
            try known(value.cell, "cell_id")
            try known(value.associationCell, "association_cell_id")
            try knownUEs(value.shareUE, "share_ue_id")
            try knownUEs(value.associationUE, "association_ue_id")
            try knownUEs(value.beamUE, "beam_ue_id")
            try knownUEs(value.mcsUE, "mcs_ue_id")
            try known(value.platformCell, "platform_cell_id")
        case .directiveResult(let value): try known(value.cell, "cell_id")
        case .trainOrder(let value): try known(value.cell, "cell_id")
        case .twinStatus(let value): try known(value.cell, "cell_id")
        case .clarify(let value): try known([value.cell], "cell_id")
        case .clarification(let value): try known([value.cell], "cell_id")
        case .alarm(let value): try known(value.cell, "cell_id")
        }
    }

    private func known(_ ids: [UInt32], _ field: String, noneAllowed: Bool = false) throws(MessageError) {
        for id in ids where id >= cells && !(noneAllowed && id == .max) { throw .unknownID(field: field) }
    }

    private func knownHandovers(_ ue: [UInt32], _ from: [UInt32], _ to: [UInt32]) throws(MessageError) {
        try knownUEs(ue, "handover_ue_id")
        try known(from, "handover_from_cell_id")
        try known(to, "handover_to_cell_id")
    }

    /// Where the topology names no slices, all UEs may be said to be of the first.
    private func knownSlices(_ ids: [UInt32]) throws(MessageError) {
        for id in ids where id >= max(1, slices) { throw .unknownID(field: "ue_slice") }
    }

    private func knownUEs(_ ids: [UInt32], _ field: String) throws(MessageError) {
        for id in ids where id >= ues { throw .unknownID(field: field) }
    }
}

// MARK: - Checks that need no topology

extension MessageCheck {
    static func checked(_ value: Telemetry) throws(MessageError) -> Telemetry {
        let cells = value.cell.count
        let ues = value.ue.count
        try width(value.subbands, 1...maxSubbands, "subbands")
        try width(value.links, 1...maxLinks, "links")
        try width(value.reportSubbands, 1...value.subbands, "report_subbands")
        guard value.reportSubbands == 1 || value.reportSubbands == value.subbands else {
            throw .range(field: "report_subbands")
        }
        try ascending(value.cell, "cell_id", at: maxCells)
        try size(value.powerWatts, cells * value.subbands, powerWatts, "power_watts")
        try size(value.prbUsedPercent, cells, 0...100.001, "prb_used_percent")
        try size(value.throughputKbps, cells, nonNegative, "throughput_kbps")
        guard ues <= maxUEs else { throw .tooMany(field: "ue_id") }
        try ordered(value.ueCell, ues, of: value.cell, "ue_cell_id")
        try size(value.xMetres, ues, metres, "x_m")
        try size(value.yMetres, ues, metres, "y_m")
        try size(value.positionDeviationMetres, ues, -1...1e6, "position_deviation_m")
        try size(value.ueThroughputKbps, ues, nonNegative, "ue_throughput_kbps")
        try size(value.backlogBytes, ues, -1...1e30, "backlog_bytes")
        try count(value.cqi, ues, "cqi")
        guard value.cqi.allSatisfy({ $0 <= 15 }) else { throw .range(field: "cqi") }
        try size(value.sinrDb, ues, -300...300, "sinr_db")
        try size(value.readingAgeMs, ues, nonNegative, "reading_age_ms")
        try count(value.linkCell, ues * value.links, "link_cell_id")
        try startsWithServing(value.linkCell, value.links, value.ueCell)
        try size(value.rsrpDbm, ues * value.links, levelDbm, "rsrp_dbm")
        try size(value.gainDb, ues * value.links * value.reportSubbands, gainDb, "gain_db")
        try size(value.backgroundDbm, ues * value.reportSubbands, backgroundDbm, "background_dbm")
        try slices(of: value.ueSlice, ues)
        try size([value.rainMillimetresPerHour], 1, 0...1_000, "rain_mm_per_hour")
        try handovers(value.handoverUE, value.handoverFrom, value.handoverTo)
        return value
    }

    static func checked(_ value: ChannelReport) throws(MessageError) -> ChannelReport {
        let cells = value.cell.count
        let ues = value.ue.count
        let hasLinks = value.links > 0
        try width(value.links, 0...maxLinks, "links")
        try width(value.reportSubbands, (hasLinks ? 1 : 0)...maxSubbands, "report_subbands")
        try number(value.oldestEpoch, "oldest_epoch")
        try ascending(value.cell, "cell_id", at: maxCells)
        try size(value.load, cells, 0...1.001, "load")
        try size(value.throughputKbps, cells, nonNegative, "throughput_kbps")
        try size(value.errorBeforeDb, cells, nonNegative, "error_before_db")
        try size(value.errorAfterDb, cells, nonNegative, "error_after_db")
        guard ues <= maxUEs else { throw .tooMany(field: "ue_id") }
        try ordered(value.ueCell, ues, of: value.cell, "ue_cell_id")
        // A cell's weight times a slice's, each as a policy may have it.
        try size(value.weight, ues, 1e-13...1e13, "weight")
        try size(value.demandKbps, ues, -1...1e30, "demand_kbps")
        try size(value.ueThroughputKbps, ues, nonNegative, "ue_throughput_kbps")
        try count(value.linkCell, hasLinks ? ues * value.links : 0, "link_cell_id")
        if hasLinks { try startsWithServing(value.linkCell, value.links, value.ueCell) }
        // A mirror's report may leave them out.
        let deviations = hasLinks && !value.deviationDb.isEmpty ? ues * value.links : 0
        try size(value.deviationDb, deviations, nonNegative, "deviation_db")
        try size(value.gainDb, ues * value.links * value.reportSubbands, gainDb, "gain_db")
        try size(value.backgroundDbm, hasLinks ? ues * value.reportSubbands : 0, backgroundDbm, "background_dbm")
        try checkPrediction(of: value)
        try slices(of: value.ueSlice, ues)
        try count(value.servingBeam, value.servingBeam.isEmpty ? 0 : ues, "serving_beam_id")
        for beam in value.servingBeam where beam > maxBeam && beam != .max { throw .range(field: "serving_beam_id") }
        try size(value.beamGainDb, value.servingBeam.count, beamGainDb, "beam_gain_db")
        try size(value.xMetres, value.xMetres.isEmpty ? 0 : ues, metres, "x_m")
        try size(value.yMetres, value.xMetres.count, metres, "y_m")
        try highestMCS(value.highestMCS, cells: value.cell.count)
        try conditions(of: value.condition, cells: value.cell.count)
        try handovers(value.handoverUE, value.handoverFrom, value.handoverTo)
        return value
    }

    /// The first link of every UE is that to its serving cell.
    private static func startsWithServing(_ linkCell: [UInt32], _ links: Int, _ ueCell: [UInt32]) throws(MessageError) {
        for (row, cell) in ueCell.enumerated() where linkCell[row * links] != cell {
            throw .servingLink(field: "link_cell_id")
        }
    }

    private static func handovers(_ ue: [UInt32], _ from: [UInt32], _ to: [UInt32]) throws(MessageError) {
        guard ue.count <= maxUEs else { throw .tooMany(field: "handover_ue_id") }
        try count(from, ue.count, "handover_from_cell_id")
        try count(to, ue.count, "handover_to_cell_id")
    }

    /// Predictions come for all UEs or for none.
    private static func checkPrediction(of value: ChannelReport) throws(MessageError) {
        let ues = value.sinrDb.isEmpty ? 0 : value.ue.count
        try size(value.sinrDb, ues, sinrDb, "sinr_db")
        try size(value.sinrDeviationDb, ues, nonNegative, "sinr_deviation_db")
        try count(value.mcs, ues, "mcs")
        try count(value.rank, ues, "rank")
        try count(value.beam, 2 * ues, "beam_id")
        for scheme in value.mcs where scheme > 27 && scheme != .max { throw .range(field: "mcs") }
        for layers in value.rank where layers < 1 || layers > 8 { throw .range(field: "rank") }
        for beam in value.beam where beam > maxBeam && beam != .max { throw .range(field: "beam_id") }
        try checkPrecoders(of: value, ues: value.precoderBeam.isEmpty ? 0 : ues)
    }

    private static func checkPrecoders(of value: ChannelReport, ues: Int) throws(MessageError) {
        try count(value.precoderBeam, 2 * ues, "precoder_beam_id")
        try count(value.precoderCoPhasing, ues, "precoder_cophasing")
        for beam in value.precoderBeam where beam > 4 * maxBeam + 3 && beam != .max {
            throw .range(field: "precoder_beam_id")
        }
        for turn in value.precoderCoPhasing where turn > 3 && turn != .max {
            throw .range(field: "precoder_cophasing")
        }
    }

    static func checked(_ value: RegionReport) throws(MessageError) -> RegionReport {
        let cells = value.cell.count
        try number(value.firstEpoch, "first_epoch")
        try ascending(value.cell, "cell_id", at: maxCells)
        try size(value.load, cells, 0...1.001, "load")
        try size(value.forecastLoad, cells, 0...10, "forecast_load")
        try size(value.forecastError, cells, nonNegative, "forecast_error")
        try size(value.persistenceError, cells, nonNegative, "persistence_error")
        try size(value.throughputKbps, cells, nonNegative, "throughput_kbps")
        try size(value.twinErrorDb, cells, nonNegative, "twin_error_db")
        try count(value.ueCount, cells, "ue_count")
        guard value.handoverFrom.count <= maxCells * 8 else { throw .tooMany(field: "handover_from") }
        try count(value.handoverTo, value.handoverFrom.count, "handover_to")
        try size(value.handoverRateHz, value.handoverFrom.count, nonNegative, "handover_rate_hz")
        try size(value.sinrDb, value.sinrDb.isEmpty ? 0 : cells, -300...300, "sinr_db")
        try width(value.slices, 0...maxSlices, "slices")
        try size(value.sliceNeed, cells * value.slices, nonNegative, "slice_need")
        try count(value.sliceUECount, cells * value.slices, "slice_ue_count")
        guard value.hotspotX.count <= maxHotspots else { throw .tooMany(field: "hotspot_x_m") }
        try size(value.hotspotX, value.hotspotX.count, metres, "hotspot_x_m")
        try size(value.hotspotY, value.hotspotX.count, metres, "hotspot_y_m")
        try size(value.hotspotKbps, value.hotspotX.count, nonNegative, "hotspot_kbps")
        try conditions(of: value.condition, cells: cells)
        return value
    }

    static func checked(_ value: Policy) throws(MessageError) -> Policy {
        try number(value.expiresEpoch, "expires_epoch")
        try ascending(value.cell, "cell_id", at: maxCells)
        try size(value.powerBudgetWatts, value.cell.count, powerWatts, "power_budget_watts")
        try size(value.weight, value.cell.count, 1e-6...1e6, "weight")
        try width(value.subbands, 0...maxSubbands, "subbands")
        let caps = value.capWatts.isEmpty ? 0 : value.cell.count * value.subbands
        try size(value.capWatts, caps, powerWatts, "cap_watts")
        try sliceShares(value.sliceShare, slices: value.slices, cells: value.cell.count)
        try platforms(value.platformCell, value.platformX, value.platformY, value.platformHeight)
        let weights = value.sliceWeight.isEmpty ? 0 : value.cell.count * value.slices
        try size(value.sliceWeight, weights, 1e-6...1e6, "slice_weight")
        guard value.moveUE.count <= maxUEs else { throw .tooMany(field: "move_ue_id") }
        try count(value.moveCell, value.moveUE.count, "move_cell_id")
        let links = value.mirrorLinkPeriodEpochs
        try count(links, links.isEmpty ? 0 : value.cell.count, "mirror_link_period_epochs")
        guard links.allSatisfy({ $0 > 0 }) else { throw .range(field: "mirror_link_period_epochs") }
        try count(
            value.mirrorDeviations, value.mirrorDeviations.isEmpty ? 0 : value.cell.count, "mirror_deviations")
        guard value.mirrorDeviations.allSatisfy({ $0 <= 1 }) else { throw .range(field: "mirror_deviations") }
        try highestMCS(value.highestMCS, cells: value.cell.count)
        return value
    }

    static func checked(_ value: Alarm) throws(MessageError) -> Alarm {
        try ascending(value.cell, "cell_id", at: maxCells)
        guard value.raisedEpoch < maxNumber else { throw .range(field: "raised_epoch") }
        guard value.count > 0 else { throw .range(field: "count") }
        return value
    }

    static func checked(_ value: TrainOrder) throws(MessageError) -> TrainOrder {
        guard value.order < maxNumber else { throw .range(field: "order") }
        try ascending(value.cell, "cell_id", at: maxCells)
        try size([value.value], 1, anyFinite, "value")
        try size([value.radiusMetres], 1, nonNegative, "radius_m")
        try size([value.xMetres, value.yMetres], 2, metres, "x_m")
        return value
    }

    package static func checked(_ value: TwinStatus) throws(MessageError) -> TwinStatus {
        let cells = value.cell.count
        guard value.order < maxNumber else { throw .range(field: "order") }
        try ascending(value.cell, "cell_id", at: maxCells)
        guard value.phase.count == cells else { throw .lengths(field: "phase") }
        try size(value.error, cells, nonNegative, "error")
        try size(value.usualError, cells, nonNegative, "usual_error")
        try count(value.samples, cells, "samples")
        try size(value.worstX, value.worstX.isEmpty ? 0 : cells, metres, "worst_x_m")
        try size(value.worstY, value.worstX.count, metres, "worst_y_m")
        try size(value.worstError, value.worstX.count, nonNegative, "worst_error")
        try conditions(value)
        return value
    }

    /// What is known by condition, and of the last order, is there for all cells or for none.
    private static func conditions(_ value: TwinStatus) throws(MessageError) {
        let cells = value.cell.count
        try size(value.errorBefore, value.errorBefore.isEmpty ? 0 : cells, nonNegative, "error_before")
        let moving = value.mobility.isEmpty ? 0 : cells
        try count(value.mobility, moving, "mobility")
        try count(value.modelMobility, moving, "model_mobility")
        guard (value.mobility + value.modelMobility).allSatisfy({ $0 <= 3 }) else { throw .range(field: "mobility") }
        try count(value.snapshots, moving, "snapshots")
        let known = value.weather.isEmpty ? 0 : moving
        try count(value.weather, known, "weather")
        try count(value.modelWeather, known, "model_weather")
        guard (value.weather + value.modelWeather).allSatisfy({ $0 <= 3 }) else { throw .range(field: "weather") }
        let conditions = (known > 0 ? TwinCondition.count : TwinCondition.dryCount) * moving
        try size(value.conditionBefore, conditions, nonNegative, "condition_before")
        try size(value.conditionAfter, conditions, nonNegative, "condition_after")
        try count(value.conditionReadings, conditions, "condition_readings")
        let ordered = value.lastOrder.isEmpty ? 0 : cells
        try count(value.lastOrder, ordered, "last_order")
        try count(value.lastKind, ordered, "last_kind")
        guard value.lastKind.allSatisfy({ $0 <= 3 }) else { throw .range(field: "last_kind") }
        try count(value.orderAgeEpochs, ordered, "order_age_epochs")
        try size(value.orderBefore, ordered, nonNegative, "order_before")
        try size(value.orderAfter, ordered, nonNegative, "order_after")
    }

    static func checked(_ value: Offer) throws(MessageError) -> Offer {
        try number(value.offerEpoch, "offer_epoch")
        try number(value.oldestEpoch, "oldest_epoch")
        try number(value.expiresEpoch, "expires_epoch")
        try width(value.subbands, 1...maxSubbands, "subbands")
        try ascending(value.cell, "cell_id", at: maxCells)
        try ascending(value.neighbourCell, "neighbour_cell_id", at: maxCells)
        try size(value.price, value.cell.count * value.subbands, nonNegative, "price")
        try size(value.powerBudgetWatts, value.cell.count, powerWatts, "power_budget_watts")
        let neighbours = value.neighbourCell.count * value.subbands
        try size(value.neighbourPowerWatts, neighbours, powerWatts, "neighbour_power_watts")
        try size(value.expectedPowerWatts, value.cell.count * value.subbands, powerWatts, "expected_power_watts")
        guard value.associationUE.count <= maxUEs else { throw .tooMany(field: "association_ue_id") }
        try count(value.associationCell, value.associationUE.count, "association_cell_id")
        return value
    }

    static func checked(_ value: Response) throws(MessageError) -> Response {
        try width(value.subbands, 1...maxSubbands, "subbands")
        try ascending(value.cell, "cell_id", at: maxCells)
        try size(value.powerWatts, value.cell.count * value.subbands, powerWatts, "power_watts")
        return value
    }

    static func checked(_ value: LeaderSync) throws(MessageError) -> LeaderSync {
        try width(value.subbands, 1...maxSubbands, "subbands")
        try ascending(value.chargedCell, "charged_cell_id", at: maxCells)
        try ascending(value.ownCell, "own_cell_id", at: maxCells)
        try size(value.charge, value.chargedCell.count * value.subbands, nonNegative, "charge")
        try size(value.ownPowerWatts, value.ownCell.count * value.subbands, powerWatts, "own_power_watts")
        return value
    }

    static func checked(_ value: Directive) throws(MessageError) -> Directive {
        try number(value.offerEpoch, "offer_epoch")
        try number(value.oldestEpoch, "oldest_epoch")
        try number(value.expiresEpoch, "expires_epoch")
        try width(value.subbands, 1...maxSubbands, "subbands")
        try ascending(value.cell, "cell_id", at: maxCells)
        if !value.powerWatts.isEmpty {
            try size(value.powerWatts, value.cell.count * value.subbands, powerWatts, "power_watts")
        }
        guard value.shareUE.count <= maxUEs else { throw .tooMany(field: "share_ue_id") }
        try size(value.share, value.shareUE.count * value.subbands, 0...1.0001, "share")
        guard value.associationUE.count <= maxUEs else { throw .tooMany(field: "association_ue_id") }
        try count(value.associationCell, value.associationUE.count, "association_cell_id")
        let caps = value.capWatts.isEmpty ? 0 : value.cell.count * value.subbands
        try size(value.capWatts, caps, powerWatts, "cap_watts")
        try sliceShares(value.sliceShare, slices: value.slices, cells: value.cell.count)
        guard value.beamUE.count <= maxUEs else { throw .tooMany(field: "beam_ue_id") }
        try count(value.beam, value.beamUE.count, "beam_id")
        for beam in value.beam where beam > maxBeam { throw .range(field: "beam_id") }
        try platforms(value.platformCell, value.platformX, value.platformY, value.platformHeight)
        try highestMCS(value.highestMCS, cells: value.cell.count)
        try ascending(value.mcsUE, "mcs_ue_id", at: maxUEs)
        try count(value.mcs, value.mcsUE.count * value.subbands, "mcs")
        for scheme in value.mcs where scheme != Directive.noMCS && !MCSTable.indices.contains(Int(scheme)) {
            throw .range(field: "mcs")
        }
        return value
    }

    private static func highestMCS(_ schemes: [UInt32], cells: Int) throws(MessageError) {
        try count(schemes, schemes.isEmpty ? 0 : cells, "highest_mcs")
        for scheme in schemes where scheme != MCSTable.uncapped && !MCSTable.indices.contains(Int(scheme)) {
            throw .range(field: "highest_mcs")
        }
    }

    private static func conditions(of values: [UInt32], cells: Int) throws(MessageError) {
        try count(values, values.isEmpty ? 0 : cells, "condition")
        for value in values where value != TwinCondition.unknown && value >= TwinCondition.count {
            throw .range(field: "condition")
        }
    }

    private static func slices(of ueSlice: [UInt32], _ ues: Int) throws(MessageError) {
        try count(ueSlice, ueSlice.isEmpty ? 0 : ues, "ue_slice")
        for slice in ueSlice where slice >= maxSlices { throw .range(field: "ue_slice") }
    }

    /// Shares of all slices per cell, with a sum of at most 1; or none.
    private static func sliceShares(_ shares: [Float], slices: Int, cells: Int) throws(MessageError) {
        try width(slices, 0...maxSlices, "slices")
        try size(shares, shares.isEmpty ? 0 : cells * slices, 0...1.0001, "slice_share")
        for first in stride(from: 0, to: shares.count, by: max(1, slices)) {
            guard shares[first..<(first + slices)].reduce(0, +) <= 1.001 else { throw .range(field: "slice_share") }
        }
    }

    private static func platforms(
        _ cell: [UInt32], _ x: [Float], _ y: [Float], _ height: [Float]
    ) throws(MessageError) {
        try ascending(cell, "platform_cell_id", at: maxCells)
        try size(x, cell.count, metres, "platform_x_m")
        try size(y, cell.count, metres, "platform_y_m")
        try size(height, cell.count, 1...10_000, "platform_height_m")
    }

    static func checked(_ value: DirectiveResult) throws(MessageError) -> DirectiveResult {
        guard value.cell.count <= maxOutcomes else { throw .tooMany(field: "cell_id") }
        guard value.kind.count == value.cell.count else { throw .lengths(field: "control_kind") }
        guard value.outcome.count == value.cell.count else { throw .lengths(field: "outcome") }
        if !value.effectKbps.isEmpty { try size(value.effectKbps, value.cell.count, anyFinite, "effect_kbps") }
        return value
    }

    static func number(_ value: UInt64, _ field: String) throws(MessageError) {
        guard value <= maxNumber else { throw .range(field: field) }
    }

    private static func width(_ value: Int, _ range: ClosedRange<Int>, _ field: String) throws(MessageError) {
        guard range.contains(value) else { throw .range(field: field) }
    }

    private static func count(_ ids: [UInt32], _ count: Int, _ field: String) throws(MessageError) {
        guard ids.count == count else { throw .lengths(field: field) }
    }

    /// Length, finite values and range in one pass; NaN fails every comparison.
    private static func size(
        _ values: [Float], _ count: Int, _ range: ClosedRange<Float>, _ field: String
    ) throws(MessageError) {
        guard values.count == count else { throw .lengths(field: field) }
        let low = SIMD8(repeating: range.lowerBound)
        let high = SIMD8(repeating: range.upperBound)
        let inside = values.withUnsafeBufferPointer { buffer in
            var inside = low .<= high
            var index = 0
            while index &+ 8 <= buffer.count {
                let lanes = UnsafeRawPointer(buffer.baseAddress! + index).loadUnaligned(as: SIMD8<Float>.self)
                inside .&= (lanes .>= low) .& (lanes .<= high)
                index &+= 8
            }
            while index < buffer.count {
                inside[0] = inside[0] && buffer[index] >= range.lowerBound && buffer[index] <= range.upperBound
                index &+= 1
            }
            return all(inside)
        }
        guard inside else { throw .range(field: field) }
    }

    private static func ascending(_ ids: [UInt32], _ field: String, at limit: Int) throws(MessageError) {
        guard ids.count <= limit else { throw .tooMany(field: field) }
        for index in ids.indices.dropFirst() where ids[index] <= ids[index - 1] { throw .order(field: field) }
    }

    /// Cells of UEs: in order, and each of them one of `cells`, which ascend.
    private static func ordered(
        _ ids: [UInt32], _ count: Int, of cells: [UInt32], _ field: String
    ) throws(MessageError) {
        guard ids.count == count else { throw .lengths(field: field) }
        var place = 0
        for index in ids.indices {
            if index > 0, ids[index] < ids[index - 1] { throw .order(field: field) }
            while place < cells.count, cells[place] < ids[index] { place += 1 }
            guard place < cells.count, cells[place] == ids[index] else { throw .unknownID(field: field) }
        }
    }
}
