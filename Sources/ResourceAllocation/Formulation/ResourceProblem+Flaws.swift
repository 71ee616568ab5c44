internal import Glibc

extension ResourceProblem {
    private typealias Range = ResourceProblemRange

    /// Largest number of gains (UEs x links x subbands) that is taken.
    package static let mostGains = 1 << 25

    /// Where a problem contradicts itself, and what would be right.
    package struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
        /// Place in the file's terms, e.g. `ues[3].gain_db[1]`.
        package let path: String
        package let words: String

        package var description: String { "\(path): \(words)" }
    }

    /// The first flaw; nil where the problem can be solved. Numbers are compared with ranges that no radio network
    /// leaves; what is infeasible without contradicting itself is no flaw, but the solver's business.
    package var flaw: Flaw? {
        do {
            try checkWhole()
            for index in cells.indices { try check(cells[index], "cells[\(index)]") }
            for index in slices.indices { try check(slices[index], "slices[\(index)]") }
            for index in ues.indices { try check(ues[index], "ues[\(index)]") }
            for index in incumbents.indices { try check(incumbents[index], "incumbents[\(index)]") }
            if let uplink { try check(uplink) }
            return nil
        } catch {
            return error
        }
    }

    private func checkWhole() throws(Flaw) {
        try range(alpha, Range.alpha, "alpha")
        try range(snrGapDb, Range.snrGapDb, "snr_gap_db")
        try range(maxEfficiencyBpsPerHz, Range.maxEfficiencyBpsPerHz, "max_efficiency_bps_per_hz")
        try range(energyWeightPerWatt, Range.energyWeightPerWatt, "energy_weight_per_watt")
        if let coverageSnrDb { try range(coverageSnrDb, Range.coverageSnrDb, "coverage_snr_db") }
        if let confidence { try range(confidence, Range.confidence, "confidence") }
        guard !carriers.isEmpty else { throw Flaw(path: "carriers", words: "empty; one or more are needed") }
        guard !cells.isEmpty else { throw Flaw(path: "cells", words: "empty; one or more are needed") }
        for (index, carrier) in carriers.enumerated() {
            let path = "carriers[\(index)]"
            try range(carrier.frequencyHz, Range.frequencyHz, "\(path).frequency_hz")
            try range(carrier.bandwidthHz, Range.bandwidthHz, "\(path).bandwidth_hz")
            try range(Double(carrier.subbands), 1...Double(Range.subbands.upperBound), "\(path).subbands")
            try range(carrier.downlinkPart, Range.downlinkPart, "\(path).downlink_part")
            if carrier.duplex == .fdd, carrier.downlinkPart != 1 {
                throw Flaw(path: "\(path).downlink_part", words: "is 1 in fdd")
            }
        }
        let links = ues.map(\.linkCell.count).max() ?? 0
        guard subbands <= Range.subbands.upperBound, cells.count <= Range.mostCells,
            (ues.count + cells.count) * max(1, links) * subbands <= ResourceProblem.mostGains
        else {
            throw Flaw(
                path: "ues", words: "UEs x links x subbands may be \(ResourceProblem.mostGains), subbands 4096 at most")
        }
    }

    private func check(_ cell: Cell, _ path: String) throws(Flaw) {
        try range(cell.powerBudgetWatts, Range.watts, "\(path).power_budget_watts")
        if let caps = cell.powerCapWatts {
            try count(caps.count, subbands, "\(path).power_cap_watts", "subband")
            for (k, cap) in caps.enumerated() { try range(cap, Range.watts, "\(path).power_cap_watts[\(k)]") }
        }
        for (index, subband) in cell.maskedSubbands.enumerated() {
            try place(subband, subbands, "\(path).masked_subbands[\(index)]", "subband")
        }
        try range(cell.load, Range.load, "\(path).load")
        if let backhaul = cell.backhaulMbps { try range(backhaul, Range.mbps, "\(path).backhaul_mbps") }
        try range(cell.circuitWatts, Range.watts, "\(path).circuit_watts")
        try range(cell.amplifierEfficiency, Range.amplifierEfficiency, "\(path).amplifier_efficiency")
        if let watts = cell.sleepWatts { try range(watts, Range.watts, "\(path).sleep_watts") }
        if let most = cell.maxEfficiencyBpsPerHz {
            try range(most, Range.maxEfficiencyBpsPerHz, "\(path).max_efficiency_bps_per_hz")
        }
        for (index, state) in cell.states.enumerated() {
            let path = "\(path).states[\(index)].gain_offset_db"
            try count(state.gainOffsetDb.count, ues.count, path, "UE")
            for (u, offset) in state.gainOffsetDb.enumerated() {
                try range(offset, Range.gainOffsetDb, "\(path)[\(u)]")
            }
        }
    }

    private func check(_ slice: Slice, _ path: String) throws(Flaw) {
        try range(slice.weight, Range.weight, "\(path).weight")
        if let rate = slice.guaranteedMbps { try range(rate, Range.mbps, "\(path).guaranteed_mbps") }
        if let words = slice.blocklength {
            try range(words.symbols, Range.symbols, "\(path).blocklength.symbols")
            try range(words.errorProbability, Range.errorProbability, "\(path).blocklength.error_probability")
        }
        guard let delay = slice.delay else { return }
        try range(delay.boundMs, Range.boundMs, "\(path).delay.bound_ms")
        try range(delay.violation, Range.violation, "\(path).delay.violation")
        try range(delay.packetBits, Range.packetBits, "\(path).delay.packet_bits")
        try range(delay.meanMbps, Range.mbps, "\(path).delay.mean_mbps")
        if let lost = slice.blocklength?.errorProbability, lost >= delay.violation {
            throw Flaw(
                path: "\(path).delay.violation",
                words: "\(delay.violation) leaves nothing beside blocklength.error_probability, \(lost)")
        }
    }

    private func check(_ ue: User, _ path: String) throws(Flaw) {
        try range(ue.weight, Range.weight, "\(path).weight")
        if let most = ue.maxEfficiencyBpsPerHz {
            try range(most, Range.maxEfficiencyBpsPerHz, "\(path).max_efficiency_bps_per_hz")
        }
        if let demand = ue.demandMbps { try range(demand, Range.mbps, "\(path).demand_mbps") }
        if let demand = ue.uplinkDemandMbps { try range(demand, Range.mbps, "\(path).uplink_demand_mbps") }
        if let slice = ue.slice { try place(slice, slices.count, "\(path).slice", "slice") }
        try count(ue.gainDb.count, ue.linkCell.count, "\(path).gain_db", "link")
        if !ue.gainDeviationDb.isEmpty {
            try count(ue.gainDeviationDb.count, ue.linkCell.count, "\(path).gain_deviation_db", "link")
        }
        for (l, cell) in ue.linkCell.enumerated() {
            try place(cell, cells.count, "\(path).link_cell[\(l)]", "cell")
            guard ue.linkCell.firstIndex(of: cell) == l else {
                throw Flaw(path: "\(path).link_cell[\(l)]", words: "cell \(cell) is named twice")
            }
        }
        if let cell = ue.cell, !ue.linkCell.contains(cell) {
            throw Flaw(path: "\(path).cell", words: "\(cell) is none of the UE's link_cell")
        }
        for (l, row) in ue.gainDb.enumerated() {
            try width(row.count, "\(path).gain_db[\(l)]")
            for (k, gain) in row.enumerated() { try range(gain, Range.gainDb, "\(path).gain_db[\(l)][\(k)]") }
        }
        for (l, deviation) in ue.gainDeviationDb.enumerated() {
            try range(deviation, Range.gainDeviationDb, "\(path).gain_deviation_db[\(l)]")
        }
        try width(ue.backgroundDbm.count, "\(path).background_dbm")
        for (k, level) in ue.backgroundDbm.enumerated() {
            try range(level, Range.levelDbm, "\(path).background_dbm[\(k)]")
        }
    }

    private func check(_ incumbent: Incumbent, _ path: String) throws(Flaw) {
        try range(incumbent.limitDbm, Range.levelDbm, "\(path).limit_dbm")
        try count(incumbent.gainDb.count, cells.count, "\(path).gain_db", "cell")
        for (c, gain) in incumbent.gainDb.enumerated() { try range(gain, Range.gainDb, "\(path).gain_db[\(c)]") }
        for (index, subband) in incumbent.subbands.enumerated() {
            try place(subband, subbands, "\(path).subbands[\(index)]", "subband")
        }
    }

    private func check(_ uplink: Uplink) throws(Flaw) {
        try range(uplink.maxPowerDbm, Range.levelDbm, "uplink.max_power_dbm")
        try range(uplink.noiseDbm, Range.levelDbm, "uplink.noise_dbm")
        try range(uplink.lowestP0Dbm, Range.p0Dbm, "uplink.lowest_p0_dbm")
        try range(uplink.highestP0Dbm, Range.p0Dbm, "uplink.highest_p0_dbm")
        if uplink.lowestP0Dbm > uplink.highestP0Dbm {
            throw Flaw(path: "uplink.lowest_p0_dbm", words: "lies above highest_p0_dbm")
        }
    }

    private func range(_ value: Double, _ allowed: ClosedRange<Double>, _ path: String) throws(Flaw) {
        guard !allowed.contains(value) else { return }
        throw Flaw(path: path, words: "\(value) is not from \(allowed.lowerBound) to \(allowed.upperBound)")
    }

    private func place(_ index: Int, _ limit: Int, _ path: String, _ thing: String) throws(Flaw) {
        guard index < 0 || index >= limit else { return }
        throw Flaw(path: path, words: "there is no \(thing) \(index): there are \(limit), counted from 0")
    }

    private func count(_ found: Int, _ wanted: Int, _ path: String, _ thing: String) throws(Flaw) {
        guard found != wanted else { return }
        throw Flaw(path: path, words: "\(found) values, one per \(thing) is \(wanted)")
    }

    private func width(_ found: Int, _ path: String) throws(Flaw) {
        guard found != 1, found != subbands else { return }
        throw Flaw(path: path, words: "\(found) values, 1 or one per subband (\(subbands)) are needed")
    }
}
