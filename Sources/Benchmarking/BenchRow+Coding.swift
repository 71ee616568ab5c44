package import Foundation

extension BenchRow: Codable {
    package func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: RowKey.self)
        try row.encode(hierarchy, forKey: RowKey("hierarchy"))
        try row.put("game", game)
        try row.put("timing", timing)
        try row.encode(solver, forKey: RowKey("solver"))
        try row.encode(epochs, forKey: RowKey("epochs"))
        try row.encode(decisions, forKey: RowKey("decisions"))
        try row.put("missed", missed)
        try row.put("fast_us", fast)
        try row.put("coordination_us", coordination)
        try row.put("breakdown_us", breakdown)
        try row.put("age_ms", age)
        try row.put("value_mbps", valueMbps)
        try row.put("value_equal_power_mbps", valueEqualPowerMbps)
        try row.put("efficiency", efficiency)
        try row.put("rounds_mean", roundsMean)
        try row.put("offer_age_ms", offerAgeMs)
        try row.put("late_offers", lateOffers)
        try row.put("follower_residual", followerResidual)
        try row.put("leader_residual", leaderResidual)
        try row.put("bytes_per_epoch", bytesPerEpoch)
        try row.put("cpu_seconds", cpuSeconds)
        try row.encode(rejected, forKey: RowKey("rejected"))
        try row.encode(applied, forKey: RowKey("applied"))
        try row.put("floor_us", floor)
        try row.put("loopback_us", loopback)
        try row.put("ratio_to_floor", ratioToFloor)
        try row.put("ratio_to_floor_without_solver", ratioToFloorWithoutSolver)
        try row.put("closed_loop", closedLoop)
        try row.encode(details, forKey: RowKey("details"))
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: RowKey.self)
        hierarchy = try row.decode(String.self, forKey: RowKey("hierarchy"))
        game = try row.take("game")
        timing = try row.take("timing")
        solver = try row.decode(String.self, forKey: RowKey("solver"))
        epochs = try row.decode(UInt64.self, forKey: RowKey("epochs"))
        decisions = try row.decode(UInt64.self, forKey: RowKey("decisions"))
        missed = try row.take("missed")
        fast = try row.take("fast_us")
        coordination = try row.take("coordination_us")
        breakdown = try row.take("breakdown_us")
        age = try row.take("age_ms")
        valueMbps = try row.take("value_mbps")
        valueEqualPowerMbps = try row.take("value_equal_power_mbps")
        efficiency = try row.take("efficiency")
        roundsMean = try row.take("rounds_mean")
        offerAgeMs = try row.take("offer_age_ms")
        lateOffers = try row.take("late_offers")
        followerResidual = try row.take("follower_residual")
        leaderResidual = try row.take("leader_residual")
        bytesPerEpoch = try row.take("bytes_per_epoch")
        cpuSeconds = try row.take("cpu_seconds")
        rejected = try row.decode(RejectionRow.self, forKey: RowKey("rejected"))
        applied = try row.decode(ControlRow.self, forKey: RowKey("applied"))
        floor = try row.take("floor_us")
        loopback = try row.take("loopback_us")
        ratioToFloor = try row.take("ratio_to_floor")
        ratioToFloorWithoutSolver = try row.take("ratio_to_floor_without_solver")
        closedLoop = try row.take("closed_loop")
        details = try row.decode(DetailRow.self, forKey: RowKey("details"))
    }
}

extension BenchReport: Codable {
    package func encode(to encoder: any Encoder) throws {
        var report = encoder.container(keyedBy: RowKey.self)
        try report.encode(topology, forKey: RowKey("topology"))
        try report.encode(seed, forKey: RowKey("seed"))
        try report.encode(notObserved, forKey: RowKey("not_observed"))
        try report.put("witness_us", witness)
        try report.put("processors_round_trip_ns", processors)
        try report.encode(results, forKey: RowKey("results"))
    }

    package init(from decoder: any Decoder) throws {
        let report = try decoder.container(keyedBy: RowKey.self)
        topology = try report.decode(String.self, forKey: RowKey("topology"))
        seed = try report.decode(UInt64.self, forKey: RowKey("seed"))
        notObserved = try report.decode([String].self, forKey: RowKey("not_observed"))
        witness = try report.take("witness_us")
        processors = try report.take("processors_round_trip_ns")
        results = try report.decode([BenchRow].self, forKey: RowKey("results"))
    }

    /// The report as indented JSON with sorted keys, ending in a newline.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

extension LatencyProfile {
    /// The profile as JSON, ending in a newline.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// Reads what `json` wrote.
    ///
    /// - Throws: `DecodingError` where the data is no profile.
    package init(json: Data) throws { self = try JSONDecoder().decode(LatencyProfile.self, from: json) }
}
