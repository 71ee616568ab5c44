internal import NetworkModel

extension KeySpecification {
    static let scenarioKeys: [KeySpecification] =
        [.init("scenario", .mapping, "What the physical network is: `emulated` (default) or `replay`.")]
        + emulatedKeys + replayKeys

    private static let emulatedKeys: [KeySpecification] = [
        .init("scenario.emulated", .mapping, "An emulated radio network."),
        .init(
            "scenario.emulated.ues_per_cell", .integer, range: ("0", "1000"), default: "10", "UEs dropped per cell."),
        .init(
            "scenario.emulated.car_fraction", .quantity(.fraction), range: ("0", "1"), default: "0",
            "Share of UEs that are cars; the rest are pedestrians."),
        .init(
            "scenario.emulated.pedestrian_speed", .quantity(.speed), range: ("0km/h", "20km/h"), default: "3km/h",
            "Speed of pedestrians."),
        .init(
            "scenario.emulated.car_speed", .quantity(.speed), range: ("0km/h", "300km/h"), default: "30km/h",
            "Speed of cars."),
        .init(
            "scenario.emulated.ftp_fraction", .quantity(.fraction), range: ("0", "1"), default: "0",
            "Share of UEs with FTP model 3 traffic; the rest have full buffers."),
        .init(
            "scenario.emulated.ftp_file_size", .quantity(.dataSize), range: ("1B", "1000MB"), default: "500kB",
            "Size of an FTP file."),
        .init(
            "scenario.emulated.ftp_files_per_second", .quantity(.number), range: ("0", "1000"), default: "1",
            "Mean arrival rate of FTP files per UE."),
        .init(
            "scenario.emulated.position_deviation", .quantity(.length), range: ("0m", "1km"), default: "3m",
            "Standard deviation of reported positions, per axis."),
        .init(
            "scenario.emulated.position_missing", .quantity(.fraction), range: ("0", "1"), default: "0.1",
            "Share of reports without a position."),
        .init(
            "scenario.emulated.gain_step", .quantity(.ratio), range: ("0.01dB", "10dB"), default: "0.5dB",
            "Step to which gains and RSRP are quantised."),
        .init(
            "scenario.emulated.reported_neighbours", .integer, range: ("0", "32"), default: "8",
            "Neighbour cells that a UE reports, strongest first."),
        .init(
            "scenario.emulated.measurement_delay", .quantity(.time), range: ("0ms", "1s"), default: "1ms",
            "Delay between a measurement and its first report."),
        .init(
            "scenario.emulated.delay_spread", .quantity(.time), range: ("0ns", "10us"), default: "363ns",
            "RMS delay spread of the fading channel."),
        .init(
            "scenario.emulated.handover_offset", .quantity(.ratio), range: ("0dB", "30dB"), default: "3dB",
            "Offset of the A3 event."),
        .init(
            "scenario.emulated.time_to_trigger", .quantity(.time), range: ("0ms", "10s"), default: "160ms",
            "Time to trigger of the A3 event."),
        .init(
            "scenario.emulated.fast_fading", .boolean, default: "true",
            "`false` replaces fast fading by its mean."),
        .init(
            "scenario.emulated.averaged_gains", .boolean, default: "false",
            "`true` takes time-averaged gains and slots of a tenth of the epoch, shared in closed form."),
        .init(
            "scenario.emulated.link_adaptation", .choice(LinkAdaptation.allCases.map(\.rawValue)), default: "ideal",
            "How a block's scheme is chosen: `ideal` by the SINR that it meets, `reported` by what the UE has "
                + "reported; blocks are lost then."),
        .init(
            "scenario.emulated.beams", .integer, range: ("1", "64"), default: "1",
            "Beams of a sector's codebook; from 2 on the beam of every UE is decided."),
        .init(
            "scenario.emulated.crowd_fraction", .quantity(.fraction), range: ("0", "1"), default: "0",
            "Share of the UEs that stand in a crowd at first; the rest are anywhere."),
        .init(
            "scenario.emulated.crowd_x", .quantity(.length), range: ("-1000km", "1000km"), default: "0m",
            "Middle of the crowd, to the east."),
        .init(
            "scenario.emulated.crowd_y", .quantity(.length), range: ("-1000km", "1000km"), default: "0m",
            "Middle of the crowd, to the north."),
        .init(
            "scenario.emulated.crowd_radius", .quantity(.length), range: ("1m", "10km"), default: "50m",
            "Radius of the crowd."),
    ]

    private static let replayKeys: [KeySpecification] = [
        .init("scenario.replay", .mapping, "A replay of measured drives: open loop."),
        .init(
            "scenario.replay.format", .choice(ReplayConfiguration.Format.allCases.map(\.rawValue)), required: true,
            "Layout of the files."),
        .init(
            "scenario.replay.path", .text, required: true,
            "Folder or file of the trace, relative to the topology file; `--trace` stands over it."),
        .init(
            "scenario.replay.speed", .quantity(.number), range: ("0.01", "1000"), default: "1",
            "Replayed seconds per second; value and age need 1."),
    ]

    static let gameKeys: [KeySpecification] = [
        .init("game", .mapping, "The Stackelberg game."),
        .init(
            "game.timing", .choice(GameTiming.allCases.map(\.rawValue)),
            "When edges answer. Without it synchronous, in DCH asynchronous."),
        .init(
            "game.solver", .choice(SolverKind.allCases.map(\.rawValue)), default: "pricing",
            "Solver behind the leader; `wmmse` in FCH only, `auto` chooses by recorded quality."),
        .init(
            "game.alpha", .quantity(.number), range: ("0", "10"), default: "1",
            "Fairness exponent of the network value; 1 is proportional fairness."),
        .init(
            "game.rounds", .integer, range: ("1", "1000"), default: "16",
            "Rounds of the price fixed point per epoch, at most."),
        .init(
            "game.damping", .quantity(.number), range: ("0.01", "1"), default: "0.5",
            "Weight of the newest price in the damped update."),
        .init("game.prices", .boolean, default: "true", "`false` sets every price and border charge to 0."),
        .init(
            "game.expiry_epochs", .integer, range: ("1", "1000"), default: "8",
            "Epochs for which a directive stays valid."),
        .init(
            "game.border_distance", .quantity(.length), range: ("0m", "1000km"), default: "2km",
            "DCH with more than 4 regions: leaders exchange border charges where two of their cells are this near."),
        .init(
            "game.association", .choice(AssociationControl.allCases.map(\.rawValue)), default: "a3",
            "Who decides which cell serves a UE: the radio network by event A3, or the leader."),
        .init(
            "game.scheduling", .choice(SchedulingControl.allCases.map(\.rawValue)), default: "proportional-fair",
            "Who divides the PRBs among UEs: the radio network's scheduler, or the engine's `shares`."),
        .init(
            "game.guarantees", .choice(GuaranteeControl.allCases.map(\.rawValue)), default: "weights",
            "Whether UEs below what their slice guarantees count more in the game, or by slice shares alone."),
        .init(
            "game.mcs", .choice(SchemeControl.allCases.map(\.rawValue)), default: "twin",
            "Whether directives recommend schemes (`twin`), or the radio network is left to its reports; matters with "
                + "`reported` link adaptation."),
    ]
}
