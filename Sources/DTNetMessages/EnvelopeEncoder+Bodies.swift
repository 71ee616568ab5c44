internal import CDTNetMessages
internal import NetworkModel

extension EnvelopeEncoder {
    func pack(_ value: Telemetry) -> UnsafeMutablePointer<Dtnet__V1__Telemetry>? {
        arena.make(Dtnet__V1__Telemetry.self) { message in
            dtnet__v1__telemetry__init(message)
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.links = UInt32(clamping: value.links)
            message.pointee.report_subbands = UInt32(clamping: value.reportSubbands)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_power_watts = value.powerWatts.count
            message.pointee.power_watts = arena.copy(value.powerWatts)
            message.pointee.n_prb_used_percent = value.prbUsedPercent.count
            message.pointee.prb_used_percent = arena.copy(value.prbUsedPercent)
            message.pointee.n_throughput_kbps = value.throughputKbps.count
            message.pointee.throughput_kbps = arena.copy(value.throughputKbps)
            message.pointee.n_ue_id = value.ue.count
            message.pointee.ue_id = arena.copy(value.ue)
            message.pointee.n_ue_cell_id = value.ueCell.count
            message.pointee.ue_cell_id = arena.copy(value.ueCell)
            message.pointee.n_x_m = value.xMetres.count
            message.pointee.x_m = arena.copy(value.xMetres)
            message.pointee.n_y_m = value.yMetres.count
            message.pointee.y_m = arena.copy(value.yMetres)
            message.pointee.n_position_deviation_m = value.positionDeviationMetres.count
            message.pointee.position_deviation_m = arena.copy(value.positionDeviationMetres)
            message.pointee.n_ue_throughput_kbps = value.ueThroughputKbps.count
            message.pointee.ue_throughput_kbps = arena.copy(value.ueThroughputKbps)
            message.pointee.n_backlog_bytes = value.backlogBytes.count
            message.pointee.backlog_bytes = arena.copy(value.backlogBytes)
            message.pointee.n_cqi = value.cqi.count
            message.pointee.cqi = arena.copy(value.cqi)
            message.pointee.n_sinr_db = value.sinrDb.count
            message.pointee.sinr_db = arena.copy(value.sinrDb)
            message.pointee.n_reading_age_ms = value.readingAgeMs.count
            message.pointee.reading_age_ms = arena.copy(value.readingAgeMs)
            message.pointee.n_link_cell_id = value.linkCell.count
            message.pointee.link_cell_id = arena.copy(value.linkCell)
            message.pointee.n_rsrp_dbm = value.rsrpDbm.count
            message.pointee.rsrp_dbm = arena.copy(value.rsrpDbm)
            message.pointee.n_gain_db = value.gainDb.count
            message.pointee.gain_db = arena.copy(value.gainDb)
            message.pointee.n_background_dbm = value.backgroundDbm.count
            message.pointee.background_dbm = arena.copy(value.backgroundDbm)
            message.pointee.n_ue_slice = value.ueSlice.count
            message.pointee.ue_slice = arena.copy(value.ueSlice)
            message.pointee.rain_mm_per_hour = value.rainMillimetresPerHour
            message.pointee.n_handover_ue_id = value.handoverUE.count
            message.pointee.handover_ue_id = arena.copy(value.handoverUE)
            message.pointee.n_handover_from_cell_id = value.handoverFrom.count
            message.pointee.handover_from_cell_id = arena.copy(value.handoverFrom)
            message.pointee.n_handover_to_cell_id = value.handoverTo.count
            message.pointee.handover_to_cell_id = arena.copy(value.handoverTo)
        }
    }

    func pack(_ value: ChannelReport) -> UnsafeMutablePointer<Dtnet__V1__ChannelReport>? {
        arena.make(Dtnet__V1__ChannelReport.self) { message in
            dtnet__v1__channel_report__init(message)
            message.pointee.links = UInt32(clamping: value.links)
            message.pointee.report_subbands = UInt32(clamping: value.reportSubbands)
            message.pointee.oldest_epoch = value.oldestEpoch
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_load = value.load.count
            message.pointee.load = arena.copy(value.load)
            message.pointee.n_throughput_kbps = value.throughputKbps.count
            message.pointee.throughput_kbps = arena.copy(value.throughputKbps)
            message.pointee.n_error_before_db = value.errorBeforeDb.count
            message.pointee.error_before_db = arena.copy(value.errorBeforeDb)
            message.pointee.n_error_after_db = value.errorAfterDb.count
            message.pointee.error_after_db = arena.copy(value.errorAfterDb)
            message.pointee.n_ue_id = value.ue.count
            message.pointee.ue_id = arena.copy(value.ue)
            message.pointee.n_ue_cell_id = value.ueCell.count
            message.pointee.ue_cell_id = arena.copy(value.ueCell)
            message.pointee.n_weight = value.weight.count
            message.pointee.weight = arena.copy(value.weight)
            message.pointee.n_demand_kbps = value.demandKbps.count
            message.pointee.demand_kbps = arena.copy(value.demandKbps)
            message.pointee.n_ue_throughput_kbps = value.ueThroughputKbps.count
            message.pointee.ue_throughput_kbps = arena.copy(value.ueThroughputKbps)
            message.pointee.n_sinr_db = value.sinrDb.count
            message.pointee.sinr_db = arena.copy(value.sinrDb)
            message.pointee.n_sinr_deviation_db = value.sinrDeviationDb.count
            message.pointee.sinr_deviation_db = arena.copy(value.sinrDeviationDb)
            message.pointee.n_mcs = value.mcs.count
            message.pointee.mcs = arena.copy(value.mcs)
            message.pointee.n_rank = value.rank.count
            message.pointee.rank = arena.copy(value.rank)
            message.pointee.n_beam_id = value.beam.count
            message.pointee.beam_id = arena.copy(value.beam)
            message.pointee.n_link_cell_id = value.linkCell.count
            message.pointee.link_cell_id = arena.copy(value.linkCell)
            message.pointee.n_deviation_db = value.deviationDb.count
            message.pointee.deviation_db = arena.copy(value.deviationDb)
            message.pointee.n_gain_db = value.gainDb.count
            message.pointee.gain_db = arena.copy(value.gainDb)
            message.pointee.n_background_dbm = value.backgroundDbm.count
            message.pointee.background_dbm = arena.copy(value.backgroundDbm)
            message.pointee.n_ue_slice = value.ueSlice.count
            message.pointee.ue_slice = arena.copy(value.ueSlice)
            message.pointee.n_serving_beam_id = value.servingBeam.count
            message.pointee.serving_beam_id = arena.copy(value.servingBeam)
            message.pointee.n_beam_gain_db = value.beamGainDb.count
            message.pointee.beam_gain_db = arena.copy(value.beamGainDb)
            message.pointee.n_x_m = value.xMetres.count
            message.pointee.x_m = arena.copy(value.xMetres)
            message.pointee.n_y_m = value.yMetres.count
            message.pointee.y_m = arena.copy(value.yMetres)
            message.pointee.n_highest_mcs = value.highestMCS.count
            message.pointee.highest_mcs = arena.copy(value.highestMCS)
            message.pointee.n_condition = value.condition.count
            message.pointee.condition = arena.copy(value.condition)
            message.pointee.n_precoder_beam_id = value.precoderBeam.count
            message.pointee.precoder_beam_id = arena.copy(value.precoderBeam)
            message.pointee.n_precoder_cophasing = value.precoderCoPhasing.count
            message.pointee.precoder_cophasing = arena.copy(value.precoderCoPhasing)
            message.pointee.n_handover_ue_id = value.handoverUE.count
            message.pointee.handover_ue_id = arena.copy(value.handoverUE)
            message.pointee.n_handover_from_cell_id = value.handoverFrom.count
            message.pointee.handover_from_cell_id = arena.copy(value.handoverFrom)
            message.pointee.n_handover_to_cell_id = value.handoverTo.count
            message.pointee.handover_to_cell_id = arena.copy(value.handoverTo)
        }
    }

    func pack(_ value: RegionReport) -> UnsafeMutablePointer<Dtnet__V1__RegionReport>? {
        arena.make(Dtnet__V1__RegionReport.self) { message in
            dtnet__v1__region_report__init(message)
            message.pointee.region = value.region
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_load = value.load.count
            message.pointee.load = arena.copy(value.load)
            message.pointee.n_forecast_load = value.forecastLoad.count
            message.pointee.forecast_load = arena.copy(value.forecastLoad)
            message.pointee.n_forecast_error = value.forecastError.count
            message.pointee.forecast_error = arena.copy(value.forecastError)
            message.pointee.n_persistence_error = value.persistenceError.count
            message.pointee.persistence_error = arena.copy(value.persistenceError)
            message.pointee.n_throughput_kbps = value.throughputKbps.count
            message.pointee.throughput_kbps = arena.copy(value.throughputKbps)
            message.pointee.n_twin_error_db = value.twinErrorDb.count
            message.pointee.twin_error_db = arena.copy(value.twinErrorDb)
            message.pointee.n_ue_count = value.ueCount.count
            message.pointee.ue_count = arena.copy(value.ueCount)
            message.pointee.n_handover_from = value.handoverFrom.count
            message.pointee.handover_from = arena.copy(value.handoverFrom)
            message.pointee.n_handover_to = value.handoverTo.count
            message.pointee.handover_to = arena.copy(value.handoverTo)
            message.pointee.n_handover_rate_hz = value.handoverRateHz.count
            message.pointee.handover_rate_hz = arena.copy(value.handoverRateHz)
            message.pointee.n_sinr_db = value.sinrDb.count
            message.pointee.sinr_db = arena.copy(value.sinrDb)
            message.pointee.slices = UInt32(clamping: value.slices)
            message.pointee.n_slice_need = value.sliceNeed.count
            message.pointee.slice_need = arena.copy(value.sliceNeed)
            message.pointee.n_slice_ue_count = value.sliceUECount.count
            message.pointee.slice_ue_count = arena.copy(value.sliceUECount)
            message.pointee.n_hotspot_x_m = value.hotspotX.count
            message.pointee.hotspot_x_m = arena.copy(value.hotspotX)
            message.pointee.n_hotspot_y_m = value.hotspotY.count
            message.pointee.hotspot_y_m = arena.copy(value.hotspotY)
            message.pointee.n_hotspot_kbps = value.hotspotKbps.count
            message.pointee.hotspot_kbps = arena.copy(value.hotspotKbps)
            message.pointee.n_condition = value.condition.count
            message.pointee.condition = arena.copy(value.condition)
            message.pointee.first_epoch = value.firstEpoch
        }
    }

    func pack(_ value: Policy) -> UnsafeMutablePointer<Dtnet__V1__Policy>? {
        arena.make(Dtnet__V1__Policy.self) { message in
            dtnet__v1__policy__init(message)
            message.pointee.revision = value.revision
            message.pointee.expires_epoch = value.expiresEpoch
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_power_budget_watts = value.powerBudgetWatts.count
            message.pointee.power_budget_watts = arena.copy(value.powerBudgetWatts)
            message.pointee.n_weight = value.weight.count
            message.pointee.weight = arena.copy(value.weight)
            message.pointee.reason = arena.copy(value.reason)
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.n_cap_watts = value.capWatts.count
            message.pointee.cap_watts = arena.copy(value.capWatts)
            message.pointee.slices = UInt32(clamping: value.slices)
            message.pointee.n_slice_share = value.sliceShare.count
            message.pointee.slice_share = arena.copy(value.sliceShare)
            message.pointee.n_platform_cell_id = value.platformCell.count
            message.pointee.platform_cell_id = arena.copy(value.platformCell)
            message.pointee.n_platform_x_m = value.platformX.count
            message.pointee.platform_x_m = arena.copy(value.platformX)
            message.pointee.n_platform_y_m = value.platformY.count
            message.pointee.platform_y_m = arena.copy(value.platformY)
            message.pointee.n_platform_height_m = value.platformHeight.count
            message.pointee.platform_height_m = arena.copy(value.platformHeight)
            message.pointee.n_slice_weight = value.sliceWeight.count
            message.pointee.slice_weight = arena.copy(value.sliceWeight)
            message.pointee.n_move_ue_id = value.moveUE.count
            message.pointee.move_ue_id = arena.copy(value.moveUE)
            message.pointee.n_move_cell_id = value.moveCell.count
            message.pointee.move_cell_id = arena.copy(value.moveCell)
            message.pointee.mirror_period_epochs = value.mirrorPeriodEpochs
            message.pointee.n_mirror_link_period_epochs = value.mirrorLinkPeriodEpochs.count
            message.pointee.mirror_link_period_epochs = arena.copy(value.mirrorLinkPeriodEpochs)
            message.pointee.n_mirror_deviations = value.mirrorDeviations.count
            message.pointee.mirror_deviations = arena.copy(value.mirrorDeviations)
            message.pointee.n_highest_mcs = value.highestMCS.count
            message.pointee.highest_mcs = arena.copy(value.highestMCS)
        }
    }

    func pack(_ value: Offer) -> UnsafeMutablePointer<Dtnet__V1__Offer>? {
        arena.make(Dtnet__V1__Offer.self) { message in
            dtnet__v1__offer__init(message)
            message.pointee.offer_epoch = value.offerEpoch
            message.pointee.oldest_epoch = value.oldestEpoch
            message.pointee.expires_epoch = value.expiresEpoch
            message.pointee.round = value.round
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_price = value.price.count
            message.pointee.price = arena.copy(value.price)
            message.pointee.n_power_budget_watts = value.powerBudgetWatts.count
            message.pointee.power_budget_watts = arena.copy(value.powerBudgetWatts)
            message.pointee.n_neighbour_cell_id = value.neighbourCell.count
            message.pointee.neighbour_cell_id = arena.copy(value.neighbourCell)
            message.pointee.n_neighbour_power_watts = value.neighbourPowerWatts.count
            message.pointee.neighbour_power_watts = arena.copy(value.neighbourPowerWatts)
            message.pointee.n_expected_power_watts = value.expectedPowerWatts.count
            message.pointee.expected_power_watts = arena.copy(value.expectedPowerWatts)
            message.pointee.n_association_ue_id = value.associationUE.count
            message.pointee.association_ue_id = arena.copy(value.associationUE)
            message.pointee.n_association_cell_id = value.associationCell.count
            message.pointee.association_cell_id = arena.copy(value.associationCell)
        }
    }

    func pack(_ value: Response) -> UnsafeMutablePointer<Dtnet__V1__Response>? {
        arena.make(Dtnet__V1__Response.self) { message in
            dtnet__v1__response__init(message)
            message.pointee.round = value.round
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_power_watts = value.powerWatts.count
            message.pointee.power_watts = arena.copy(value.powerWatts)
        }
    }

    func pack(_ value: LeaderSync) -> UnsafeMutablePointer<Dtnet__V1__LeaderSync>? {
        arena.make(Dtnet__V1__LeaderSync.self) { message in
            dtnet__v1__leader_sync__init(message)
            message.pointee.region = value.region
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.n_charged_cell_id = value.chargedCell.count
            message.pointee.charged_cell_id = arena.copy(value.chargedCell)
            message.pointee.n_charge = value.charge.count
            message.pointee.charge = arena.copy(value.charge)
            message.pointee.n_own_cell_id = value.ownCell.count
            message.pointee.own_cell_id = arena.copy(value.ownCell)
            message.pointee.n_own_power_watts = value.ownPowerWatts.count
            message.pointee.own_power_watts = arena.copy(value.ownPowerWatts)
        }
    }

    func pack(_ value: Directive) -> UnsafeMutablePointer<Dtnet__V1__Directive>? {
        arena.make(Dtnet__V1__Directive.self) { message in
            dtnet__v1__directive__init(message)
            message.pointee.offer_epoch = value.offerEpoch
            message.pointee.oldest_epoch = value.oldestEpoch
            message.pointee.expires_epoch = value.expiresEpoch
            message.pointee.group = value.group
            message.pointee.subbands = UInt32(clamping: value.subbands)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_power_watts = value.powerWatts.count
            message.pointee.power_watts = arena.copy(value.powerWatts)
            message.pointee.n_share_ue_id = value.shareUE.count
            message.pointee.share_ue_id = arena.copy(value.shareUE)
            message.pointee.n_share = value.share.count
            message.pointee.share = arena.copy(value.share)
            message.pointee.n_association_ue_id = value.associationUE.count
            message.pointee.association_ue_id = arena.copy(value.associationUE)
            message.pointee.n_association_cell_id = value.associationCell.count
            message.pointee.association_cell_id = arena.copy(value.associationCell)
            message.pointee.slices = UInt32(clamping: value.slices)
            message.pointee.n_slice_share = value.sliceShare.count
            message.pointee.slice_share = arena.copy(value.sliceShare)
            message.pointee.n_cap_watts = value.capWatts.count
            message.pointee.cap_watts = arena.copy(value.capWatts)
            message.pointee.n_beam_ue_id = value.beamUE.count
            message.pointee.beam_ue_id = arena.copy(value.beamUE)
            message.pointee.n_beam_id = value.beam.count
            message.pointee.beam_id = arena.copy(value.beam)
            message.pointee.n_platform_cell_id = value.platformCell.count
            message.pointee.platform_cell_id = arena.copy(value.platformCell)
            message.pointee.n_platform_x_m = value.platformX.count
            message.pointee.platform_x_m = arena.copy(value.platformX)
            message.pointee.n_platform_y_m = value.platformY.count
            message.pointee.platform_y_m = arena.copy(value.platformY)
            message.pointee.n_platform_height_m = value.platformHeight.count
            message.pointee.platform_height_m = arena.copy(value.platformHeight)
            message.pointee.n_highest_mcs = value.highestMCS.count
            message.pointee.highest_mcs = arena.copy(value.highestMCS)
            message.pointee.n_mcs_ue_id = value.mcsUE.count
            message.pointee.mcs_ue_id = arena.copy(value.mcsUE)
            message.pointee.n_mcs = value.mcs.count
            message.pointee.mcs = arena.copy(value.mcs)
        }
    }

    func pack(_ value: Heartbeat) -> UnsafeMutablePointer<Dtnet__V1__Heartbeat>? {
        arena.make(Dtnet__V1__Heartbeat.self) { message in
            dtnet__v1__heartbeat__init(message)
            message.pointee.count = value.count
            message.pointee.progress = value.progress
            message.pointee.echoed = value.echoed
        }
    }

    func pack(_ value: Hello) -> UnsafeMutablePointer<Dtnet__V1__Hello>? {
        arena.make(Dtnet__V1__Hello.self) { message in
            dtnet__v1__hello__init(message)
            message.pointee.process = arena.copy(value.process)
            message.pointee.plan_digest = value.planDigest
            message.pointee.n_node_id = value.nodes.count
            message.pointee.node_id = arena.copy(value.nodes.map(\.rawValue))
            message.pointee.min_version = value.minVersion
            message.pointee.max_version = value.maxVersion
            message.pointee.highest_term = value.highestTerm
            message.pointee.n_capability = value.capabilities.count
            message.pointee.capability = arena.copy(value.capabilities.map { arena.copy($0) })
        }
    }

    func pack(_ value: Welcome) -> UnsafeMutablePointer<Dtnet__V1__Welcome>? {
        arena.make(Dtnet__V1__Welcome.self) { message in
            dtnet__v1__welcome__init(message)
            message.pointee.process = arena.copy(value.process)
            message.pointee.n_node_id = value.nodes.count
            message.pointee.node_id = arena.copy(value.nodes.map(\.rawValue))
            message.pointee.version = value.version
            message.pointee.highest_term = value.highestTerm
            message.pointee.n_capability = value.capabilities.count
            message.pointee.capability = arena.copy(value.capabilities.map { arena.copy($0) })
        }
    }

    func pack(_ value: Reject) -> UnsafeMutablePointer<Dtnet__V1__Reject>? {
        arena.make(Dtnet__V1__Reject.self) { message in
            dtnet__v1__reject__init(message)
            message.pointee.cause = Dtnet__V1__Reject__Cause(rawValue: value.cause.rawValue)
            message.pointee.reason = arena.copy(value.reason)
        }
    }

    func pack(_ value: DirectiveResult) -> UnsafeMutablePointer<Dtnet__V1__DirectiveResult>? {
        arena.make(Dtnet__V1__DirectiveResult.self) { message in
            dtnet__v1__directive_result__init(message)
            message.pointee.n_cell_id = value.cell.count
            message.pointee.cell_id = arena.copy(value.cell)
            message.pointee.n_control_kind = value.kind.count
            message.pointee.control_kind = arena.copy(value.kind.map(\.rawValue))
            message.pointee.n_outcome = value.outcome.count
            message.pointee.outcome = arena.copy(
                value.outcome.map { Dtnet__V1__DirectiveResult__Outcome(rawValue: $0.rawValue) })
            message.pointee.n_effect_kbps = value.effectKbps.count
            message.pointee.effect_kbps = arena.copy(value.effectKbps)
        }
    }
}
