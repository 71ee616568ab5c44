internal import ResourceAllocation

/// The file of a resource problem, key by key (docs/GLOSSARY.md has the terms).
enum ResourceProblemShape {
    private typealias Range = ResourceProblemRange

    /// What `format` says.
    static let format = "dtnet resource problem 1"

    static let whole = JSONShape.object([
        .init("format", .choice([format]), nil, "what this file is"),
        .init("name", .text, nil, "name of the problem"),
        .init("alpha", .number(Range.alpha), .number(1), "fairness: 1 proportional, 0 mean rate"),
        .init("snr_gap_db", .number(Range.snrGapDb), .number(3), "gap to the Shannon bound"),
        .init(
            "max_efficiency_bps_per_hz", .number(Range.maxEfficiencyBpsPerHz), .number(7.4063),
            "ceiling of the spectral efficiency"),
        .init(
            "energy_weight_per_watt", .number(Range.energyWeightPerWatt), .number(0),
            "utility that a watt from the mains costs"),
        .init(
            "coverage_snr_db", .optional(.number(Range.coverageSnrDb)), .null,
            "least SNR from a cell that is awake, kept for every UE that can have it; null asks for no coverage"),
        .init(
            "confidence", .optional(.number(Range.confidence)), .null,
            "probability with which planned rates are reached where gains deviate; null plans with the gains as given"),
        .init("may_reassociate", .boolean, .flag(false), "whether UEs may be moved between cells"),
        .init("carriers", .list(carrier, least: 1), nil, "bands of equally wide subbands"),
        .init("cells", .list(cell, least: 1), nil, "cells, counted from 0"),
        .init("slices", .list(slice, least: 0), .emptyList, "slices, counted from 0"),
        .init("ues", .list(ue, least: 0), nil, "UEs, counted from 0"),
        .init("incumbents", .list(incumbent, least: 0), .emptyList, "receivers of others, to be protected"),
        .init(
            "uplink", .optional(uplink), .null,
            "the uplink on the same gains, by open-loop power control; null leaves it out"),
    ])

    private static let uplink = JSONShape.object([
        .init("max_power_dbm", .number(Range.levelDbm), .number(23), "most that each UE sends over the carrier"),
        .init("noise_dbm", .number(Range.levelDbm), nil, "noise of a cell's receiver per subband"),
        .init("lowest_p0_dbm", .number(Range.p0Dbm), .number(-120), "least that a cell may ask to receive per subband"),
        .init("highest_p0_dbm", .number(Range.p0Dbm), .number(-60), "most that a cell may ask to receive per subband"),
    ])

    private static let carrier = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("frequency_hz", .number(Range.frequencyHz), nil, "centre frequency"),
        .init("bandwidth_hz", .number(Range.bandwidthHz), nil, "bandwidth of all its subbands"),
        .init("subbands", .integer(Range.subbands), nil, "number of subbands; those of all carriers count as K"),
        .init("duplex", .choice(ResourceProblem.Duplex.allCases.map(\.rawValue)), nil, "fdd or tdd"),
        .init("downlink_part", .number(Range.downlinkPart), .number(1), "part of the time that is downlink; 1 in fdd"),
    ])

    private static let cell = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("power_budget_watts", .number(Range.watts), nil, "most power on all subbands together"),
        .init(
            "power_cap_watts", .optional(.list(.number(Range.watts), least: 1)), .null,
            "most power on each of the K subbands; null for the budget alone"),
        .init(
            "masked_subbands", .list(.integer(0...Range.subbands.upperBound - 1), least: 0), .emptyList,
            "subbands that stay empty"),
        .init("load", .number(Range.load), .number(1), "part of the time that the cell disturbs others"),
        .init("backhaul_mbps", .optional(.number(Range.mbps)), .null, "what its backhaul carries; null for no limit"),
        .init("circuit_watts", .number(Range.watts), .number(0), "power taken without sending"),
        .init("amplifier_efficiency", .number(Range.amplifierEfficiency), .number(1), "radiated over taken power"),
        .init(
            "sleep_watts", .optional(.number(Range.watts)), .null, "power taken asleep; null where it may not sleep"),
        .init(
            "max_efficiency_bps_per_hz", .optional(.number(Range.maxEfficiencyBpsPerHz)), .null,
            "cap on modulation and coding of its UEs; null for none"),
        .init("states", .list(state, least: 0), .emptyList, "beams, tilts or surface settings, one of them in force"),
    ])

    private static let state = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("kind", .choice(ResourceProblem.StateKind.allCases.map(\.rawValue)), nil, "what is set"),
        .init("gain_offset_db", .list(.number(Range.gainOffsetDb), least: 0), nil, "added to the gain of each UE"),
    ])

    private static let slice = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init("weight", .number(Range.weight), .number(1), "factor on the weights of its UEs"),
        .init("guaranteed_mbps", .optional(.number(Range.mbps)), .null, "rate promised to each of its UEs"),
        .init(
            "delay",
            .optional(
                .object([
                    .init("bound_ms", .number(Range.boundMs), nil, "delay that is promised"),
                    .init("violation", .number(Range.violation), nil, "part of the packets that may be later"),
                    .init("packet_bits", .number(Range.packetBits), nil, "mean length of a packet"),
                    .init("mean_mbps", .number(Range.mbps), nil, "mean rate at which packets come"),
                ])), .null, "delay promised to each of its UEs, of Poisson packets of exponential length"),
        .init(
            "blocklength",
            .optional(
                .object([
                    .init("symbols", .number(Range.symbols), nil, "symbols of a code word"),
                    .init(
                        "error_probability", .number(Range.errorProbability), nil,
                        "part of the code words that may be lost"),
                ])), .null, "short code words: rates by the normal approximation; null counts with long ones"),
    ])

    private static let ue = JSONShape.object([
        .init(
            "cell", .optional(.integer(0...Range.mostCells - 1)), .null,
            "serving cell now, one of link_cell; null for none"),
        .init("weight", .number(Range.weight), .number(1), "priority"),
        .init("demand_mbps", .optional(.number(Range.mbps)), .null, "offered rate; null for a full buffer"),
        .init(
            "max_efficiency_bps_per_hz", .optional(.number(Range.maxEfficiencyBpsPerHz)), .null,
            "cap on its modulation and coding; null for none"),
        .init(
            "uplink_demand_mbps", .optional(.number(Range.mbps)), .null, "rate that it has to send; null for any"),
        .init("slice", .optional(.integer(0...1_000_000)), .null, "slice; null for none"),
        .init("link_cell", .list(.integer(0...Range.mostCells - 1), least: 0), nil, "cells with a known gain"),
        .init(
            "gain_db", .list(.list(.number(Range.gainDb), least: 1), least: 0), nil,
            "path gain of each link: one value for all subbands, or K"),
        .init(
            "gain_deviation_db", .list(.number(Range.gainDeviationDb), least: 0), .emptyList,
            "standard deviation of each link's gain; empty for exact gains"),
        .init(
            "background_dbm", .list(.number(Range.levelDbm), least: 1), nil,
            "noise and every interferer without a link: one value for all subbands, or K"),
    ])

    private static let incumbent = JSONShape.object([
        .init("name", .text, nil, "name"),
        .init(
            "subbands", .list(.integer(0...Range.subbands.upperBound - 1), least: 0), nil,
            "subbands that it receives on"),
        .init("limit_dbm", .number(Range.levelDbm), nil, "most interference on each of them"),
        .init("gain_db", .list(.number(Range.gainDb), least: 1), nil, "path gain from each cell"),
    ])
}
