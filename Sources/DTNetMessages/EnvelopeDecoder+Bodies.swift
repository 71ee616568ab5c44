internal import CDTNetMessages
internal import NetworkModel

extension EnvelopeDecoder {
    static func unpack(_ message: Dtnet__V1__Telemetry) throws(MessageError) -> Telemetry {
        var value = Telemetry()
        value.subbands = Int(message.subbands)
        value.links = Int(message.links)
        value.reportSubbands = Int(message.report_subbands)
        value.cell = array(message.cell_id, message.n_cell_id)
        value.powerWatts = array(message.power_watts, message.n_power_watts)
        value.prbUsedPercent = array(message.prb_used_percent, message.n_prb_used_percent)
        value.throughputKbps = array(message.throughput_kbps, message.n_throughput_kbps)
        value.ue = array(message.ue_id, message.n_ue_id)
        value.ueCell = array(message.ue_cell_id, message.n_ue_cell_id)
        value.xMetres = array(message.x_m, message.n_x_m)
        value.yMetres = array(message.y_m, message.n_y_m)
        value.positionDeviationMetres = array(message.position_deviation_m, message.n_position_deviation_m)
        value.ueThroughputKbps = array(message.ue_throughput_kbps, message.n_ue_throughput_kbps)
        value.backlogBytes = array(message.backlog_bytes, message.n_backlog_bytes)
        value.cqi = array(message.cqi, message.n_cqi)
        value.sinrDb = array(message.sinr_db, message.n_sinr_db)
        value.readingAgeMs = array(message.reading_age_ms, message.n_reading_age_ms)
        value.linkCell = array(message.link_cell_id, message.n_link_cell_id)
        value.rsrpDbm = array(message.rsrp_dbm, message.n_rsrp_dbm)
        value.gainDb = array(message.gain_db, message.n_gain_db)
        value.backgroundDbm = array(message.background_dbm, message.n_background_dbm)
        value.ueSlice = array(message.ue_slice, message.n_ue_slice)
        value.rainMillimetresPerHour = message.rain_mm_per_hour
        value.handoverUE = array(message.handover_ue_id, message.n_handover_ue_id)
        value.handoverFrom = array(message.handover_from_cell_id, message.n_handover_from_cell_id)
        value.handoverTo = array(message.handover_to_cell_id, message.n_handover_to_cell_id)
        return value
    }

    static func unpack(_ message: Dtnet__V1__ChannelReport) throws(MessageError) -> ChannelReport {
        var value = ChannelReport()
        value.links = Int(message.links)
        value.reportSubbands = Int(message.report_subbands)
        value.oldestEpoch = message.oldest_epoch
        value.cell = array(message.cell_id, message.n_cell_id)
        value.load = array(message.load, message.n_load)
        value.throughputKbps = array(message.throughput_kbps, message.n_throughput_kbps)
        value.errorBeforeDb = array(message.error_before_db, message.n_error_before_db)
        value.errorAfterDb = array(message.error_after_db, message.n_error_after_db)
        value.ue = array(message.ue_id, message.n_ue_id)
        value.ueCell = array(message.ue_cell_id, message.n_ue_cell_id)
        value.weight = array(message.weight, message.n_weight)
        value.demandKbps = array(message.demand_kbps, message.n_demand_kbps)
        value.ueThroughputKbps = array(message.ue_throughput_kbps, message.n_ue_throughput_kbps)
        value.sinrDb = array(message.sinr_db, message.n_sinr_db)
        value.sinrDeviationDb = array(message.sinr_deviation_db, message.n_sinr_deviation_db)
        value.mcs = array(message.mcs, message.n_mcs)
        value.rank = array(message.rank, message.n_rank)
        value.beam = array(message.beam_id, message.n_beam_id)
        value.linkCell = array(message.link_cell_id, message.n_link_cell_id)
        value.deviationDb = array(message.deviation_db, message.n_deviation_db)
        value.gainDb = array(message.gain_db, message.n_gain_db)
        value.backgroundDbm = array(message.background_dbm, message.n_background_dbm)
        value.ueSlice = array(message.ue_slice, message.n_ue_slice)
        value.servingBeam = array(message.serving_beam_id, message.n_serving_beam_id)
        value.beamGainDb = array(message.beam_gain_db, message.n_beam_gain_db)
        value.xMetres = array(message.x_m, message.n_x_m)
        value.yMetres = array(message.y_m, message.n_y_m)
        value.highestMCS = array(message.highest_mcs, message.n_highest_mcs)
        value.condition = array(message.condition, message.n_condition)
        value.precoderBeam = array(message.precoder_beam_id, message.n_precoder_beam_id)
        value.precoderCoPhasing = array(message.precoder_cophasing, message.n_precoder_cophasing)
        value.handoverUE = array(message.handover_ue_id, message.n_handover_ue_id)
        value.handoverFrom = array(message.handover_from_cell_id, message.n_handover_from_cell_id)
        value.handoverTo = array(message.handover_to_cell_id, message.n_handover_to_cell_id)
        return value
    }

    static func unpack(_ message: Dtnet__V1__RegionReport) throws(MessageError) -> RegionReport {
        var value = RegionReport()
        value.region = message.region
        value.cell = array(message.cell_id, message.n_cell_id)
        value.load = array(message.load, message.n_load)
        value.forecastLoad = array(message.forecast_load, message.n_forecast_load)
        value.forecastError = array(message.forecast_error, message.n_forecast_error)
        value.persistenceError = array(message.persistence_error, message.n_persistence_error)
        value.throughputKbps = array(message.throughput_kbps, message.n_throughput_kbps)
        value.twinErrorDb = array(message.twin_error_db, message.n_twin_error_db)
        value.ueCount = array(message.ue_count, message.n_ue_count)
        value.handoverFrom = array(message.handover_from, message.n_handover_from)
        value.handoverTo = array(message.handover_to, message.n_handover_to)
        value.handoverRateHz = array(message.handover_rate_hz, message.n_handover_rate_hz)
        value.sinrDb = array(message.sinr_db, message.n_sinr_db)
        value.slices = Int(message.slices)
        value.sliceNeed = array(message.slice_need, message.n_slice_need)
        value.sliceUECount = array(message.slice_ue_count, message.n_slice_ue_count)
        value.hotspotX = array(message.hotspot_x_m, message.n_hotspot_x_m)
        value.hotspotY = array(message.hotspot_y_m, message.n_hotspot_y_m)
        value.hotspotKbps = array(message.hotspot_kbps, message.n_hotspot_kbps)
        value.firstEpoch = message.first_epoch
        value.condition = array(message.condition, message.n_condition)
        return value
    }

    static func unpack(_ message: Dtnet__V1__Policy) throws(MessageError) -> Policy {
        var value = Policy()
        value.revision = message.revision
        value.expiresEpoch = message.expires_epoch
        value.cell = array(message.cell_id, message.n_cell_id)
        value.powerBudgetWatts = array(message.power_budget_watts, message.n_power_budget_watts)
        value.weight = array(message.weight, message.n_weight)
        value.reason = try text(message.reason, "reason")
        value.subbands = Int(message.subbands)
        value.capWatts = array(message.cap_watts, message.n_cap_watts)
        value.slices = Int(message.slices)
        value.sliceShare = array(message.slice_share, message.n_slice_share)
        value.platformCell = array(message.platform_cell_id, message.n_platform_cell_id)
        value.platformX = array(message.platform_x_m, message.n_platform_x_m)
        value.platformY = array(message.platform_y_m, message.n_platform_y_m)
        value.platformHeight = array(message.platform_height_m, message.n_platform_height_m)
        value.sliceWeight = array(message.slice_weight, message.n_slice_weight)
        value.moveUE = array(message.move_ue_id, message.n_move_ue_id)
        value.moveCell = array(message.move_cell_id, message.n_move_cell_id)
        value.mirrorPeriodEpochs = message.mirror_period_epochs
        value.mirrorLinkPeriodEpochs = array(message.mirror_link_period_epochs, message.n_mirror_link_period_epochs)
        value.mirrorDeviations = array(message.mirror_deviations, message.n_mirror_deviations)
        value.highestMCS = array(message.highest_mcs, message.n_highest_mcs)
        return value
    }

    static func unpack(_ message: Dtnet__V1__Offer) throws(MessageError) -> Offer {
        var value = Offer()
        value.offerEpoch = message.offer_epoch
        value.oldestEpoch = message.oldest_epoch
        value.expiresEpoch = message.expires_epoch
        value.round = message.round
        value.subbands = Int(message.subbands)
        value.cell = array(message.cell_id, message.n_cell_id)
        value.price = array(message.price, message.n_price)
        value.powerBudgetWatts = array(message.power_budget_watts, message.n_power_budget_watts)
        value.neighbourCell = array(message.neighbour_cell_id, message.n_neighbour_cell_id)
        value.neighbourPowerWatts = array(message.neighbour_power_watts, message.n_neighbour_power_watts)
        value.expectedPowerWatts = array(message.expected_power_watts, message.n_expected_power_watts)
        value.associationUE = array(message.association_ue_id, message.n_association_ue_id)
        value.associationCell = array(message.association_cell_id, message.n_association_cell_id)
        return value
    }

    static func unpack(_ message: Dtnet__V1__Response) throws(MessageError) -> Response {
        var value = Response()
        value.round = message.round
        value.subbands = Int(message.subbands)
        value.cell = array(message.cell_id, message.n_cell_id)
        value.powerWatts = array(message.power_watts, message.n_power_watts)
        return value
    }

    static func unpack(_ message: Dtnet__V1__LeaderSync) throws(MessageError) -> LeaderSync {
        var value = LeaderSync()
        value.region = message.region
        value.subbands = Int(message.subbands)
        value.chargedCell = array(message.charged_cell_id, message.n_charged_cell_id)
        value.charge = array(message.charge, message.n_charge)
        value.ownCell = array(message.own_cell_id, message.n_own_cell_id)
        value.ownPowerWatts = array(message.own_power_watts, message.n_own_power_watts)
        return value
    }

    static func unpack(_ message: Dtnet__V1__Directive) throws(MessageError) -> Directive {
        var value = Directive()
        value.offerEpoch = message.offer_epoch
        value.oldestEpoch = message.oldest_epoch
        value.expiresEpoch = message.expires_epoch
        value.group = message.group
        value.subbands = Int(message.subbands)
        value.cell = array(message.cell_id, message.n_cell_id)
        value.powerWatts = array(message.power_watts, message.n_power_watts)
        value.shareUE = array(message.share_ue_id, message.n_share_ue_id)
        value.share = array(message.share, message.n_share)
        value.associationUE = array(message.association_ue_id, message.n_association_ue_id)
        value.associationCell = array(message.association_cell_id, message.n_association_cell_id)
        value.slices = Int(message.slices)
        value.sliceShare = array(message.slice_share, message.n_slice_share)
        value.capWatts = array(message.cap_watts, message.n_cap_watts)
        value.beamUE = array(message.beam_ue_id, message.n_beam_ue_id)
        value.beam = array(message.beam_id, message.n_beam_id)
        value.platformCell = array(message.platform_cell_id, message.n_platform_cell_id)
        value.platformX = array(message.platform_x_m, message.n_platform_x_m)
        value.platformY = array(message.platform_y_m, message.n_platform_y_m)
        value.platformHeight = array(message.platform_height_m, message.n_platform_height_m)
        value.highestMCS = array(message.highest_mcs, message.n_highest_mcs)
        value.mcsUE = array(message.mcs_ue_id, message.n_mcs_ue_id)
        value.mcs = array(message.mcs, message.n_mcs)
        return value
    }

    static func unpack(_ message: Dtnet__V1__Heartbeat) throws(MessageError) -> Heartbeat {
        var value = Heartbeat()
        value.count = message.count
        value.progress = message.progress
        value.echoed = message.echoed
        return value
    }

    static func unpack(_ message: Dtnet__V1__Hello) throws(MessageError) -> Hello {
        var value = Hello()
        value.process = try text(message.process, "process")
        value.planDigest = message.plan_digest
        value.nodes = array(message.node_id, message.n_node_id).map(NodeID.init)
        value.minVersion = message.min_version
        value.maxVersion = message.max_version
        value.highestTerm = message.highest_term
        try MessageCheck.number(value.highestTerm, "highest_term")
        value.capabilities = try texts(message.capability, message.n_capability, "capability")
        return value
    }

    static func unpack(_ message: Dtnet__V1__Welcome) throws(MessageError) -> Welcome {
        var value = Welcome()
        value.process = try text(message.process, "process")
        value.nodes = array(message.node_id, message.n_node_id).map(NodeID.init)
        value.version = message.version
        value.highestTerm = message.highest_term
        try MessageCheck.number(value.highestTerm, "highest_term")
        value.capabilities = try texts(message.capability, message.n_capability, "capability")
        return value
    }

    static func unpack(_ message: Dtnet__V1__Reject) throws(MessageError) -> Reject {
        guard let cause = RejectCause(rawValue: UInt32(message.cause.rawValue)) else { throw .range(field: "cause") }
        return Reject(cause: cause, reason: try text(message.reason, "reason"))
    }

    static func unpack(_ message: Dtnet__V1__DirectiveResult) throws(MessageError) -> DirectiveResult {
        var value = DirectiveResult()
        value.cell = array(message.cell_id, message.n_cell_id)
        for raw in array(message.control_kind, message.n_control_kind) {
            guard let kind = ControlKind(rawValue: raw) else { throw .range(field: "control_kind") }
            value.kind.append(kind)
        }
        for raw in array(message.outcome, message.n_outcome) {
            guard let outcome = DirectiveOutcome(rawValue: UInt32(raw.rawValue)) else {
                throw .range(field: "outcome")
            }
            value.outcome.append(outcome)
        }
        value.effectKbps = array(message.effect_kbps, message.n_effect_kbps)
        return value
    }
}
