internal import NetworkModel

extension KeySpecification {
    /// Slices, incumbents, platforms, the weather and places.
    static let serviceKeys: [KeySpecification] = sliceKeys + incumbentKeys + platformKeys + weatherKeys + placeKeys

    private static let placeKeys: [KeySpecification] = [
        .init(
            "places", .sequence(maximum: 256),
            "Names that operators use for parts of the network, beside those of regions, sites and cells: by cells, or "
                + "by an area. Cells of an area are those that reach any of 9 x 9 points of it best by their distance, "
                + "power and boresight."),
        .init(
            "places[].name", .text, required: true,
            "What operators call it, such as `Main Street`: 64 bytes at most."),
        .init("places[].cells", .names(maximum: 1024), "Cells, or sites with all their cells, in place of an area."),
        .init(
            "places[].x", .quantity(.length), range: ("-1000km", "1000km"), "Middle of the area, to the east."),
        .init(
            "places[].y", .quantity(.length), range: ("-1000km", "1000km"), "Middle of the area, to the north."),
        .init("places[].radius", .quantity(.length), range: ("1m", "100km"), "Radius of a round area."),
        .init(
            "places[].width", .quantity(.length), range: ("1m", "200km"),
            "Size of a rectangle from west to east, in place of a radius."),
        .init(
            "places[].depth", .quantity(.length), range: ("1m", "200km"), "Its size from south to north."),
    ]

    private static let weatherKeys: [KeySpecification] = [
        .init(
            "weather", .sequence(maximum: 1_000),
            "Rain as a weather station says it: twins keep their errors by it, and an emulated network has it "
                + "(attenuation by ITU-R P.838-3). Between the periods it is dry."),
        .init(
            "weather[].from", .quantity(.time), range: ("0ms", "1000000s"), default: "0ms",
            "When it begins to rain, from the start of the run."),
        .init(
            "weather[].until", .quantity(.time), range: ("0ms", "1000000s"), default: "1000000s", "When it ends."),
        .init(
            "weather[].rain", .quantity(.rainRate), range: ("0mm/h", "300mm/h"), required: true,
            "How much; of periods that overlap the heaviest counts."),
    ]

    private static let sliceKeys: [KeySpecification] = [
        .init("slices", .entries(maximum: 16), "Slices by name. With any, L3 divides each cell's PRBs between them."),
        .init(
            "slices.*.fraction", .quantity(.fraction), range: ("0", "1"), required: true,
            "Share of all UEs; those of all slices add up to 1."),
        .init(
            "slices.*.rate", .quantity(.bitRate), range: ("0bit/s", "10Gbit/s"), default: "0bit/s",
            "Rate guaranteed to each UE of the slice."),
        .init(
            "slices.*.delay", .quantity(.time), range: ("1ms", "10s"),
            "Bound on the delay of packets of 1500 bytes, kept by all but 0.1 % of them."),
        .init(
            "slices.*.weight", .quantity(.number), range: ("0.001", "1000"), default: "1",
            "Weight where guarantees contend, and in the division of what they leave."),
        .init(
            "slices.*.five_qi", .integer, range: ("1", "255"),
            "5QI of the slice (3GPP TS 23.501 Table 5.7.4-1), as the context database has it. Without it the loosest "
                + "that keeps what the slice guarantees."),
    ]

    private static let incumbentKeys: [KeySpecification] = [
        .init("incumbents", .sequence(maximum: 64), "Who else uses the band and is protected by masks."),
        .init("incumbents[].name", .name, required: true, "Name of the incumbent."),
        .init(
            "incumbents[].x", .quantity(.length), range: ("-1000km", "1000km"), required: true,
            "Position to the east."),
        .init(
            "incumbents[].y", .quantity(.length), range: ("-1000km", "1000km"), required: true,
            "Position to the north."),
        .init(
            "incumbents[].height", .quantity(.length), range: ("1m", "20km"), default: "10m", "Height above ground."),
        .init(
            "incumbents[].from", .quantity(.time), range: ("0ms", "1000000s"), default: "0ms",
            "When it begins to listen, from the start of the run."),
        .init(
            "incumbents[].until", .quantity(.time), range: ("0ms", "1000000s"), default: "1000000s",
            "When it has gone."),
        .init(
            "incumbents[].deviation", .quantity(.time), range: ("0ms", "1000s"), default: "0ms",
            "Standard deviation of both times."),
        .init("incumbents[].first_subband", .integer, range: ("0", "63"), required: true, "First subband it uses."),
        .init("incumbents[].last_subband", .integer, range: ("0", "63"), required: true, "Last subband it uses."),
        .init(
            "incumbents[].limit", .quantity(.power), range: ("-200dBm", "50dBm"), required: true,
            "Most interference that it bears per subband."),
    ]

    private static let platformKeys: [KeySpecification] = [
        .init("platforms", .sequence(maximum: 64), "Aerial platforms; each carries a cell of its own name."),
        .init("platforms[].name", .name, required: true, "Name of the platform and of its cell."),
        .init(
            "platforms[].x", .quantity(.length), range: ("-1000km", "1000km"), required: true,
            "Where it stands at first, to the east."),
        .init(
            "platforms[].y", .quantity(.length), range: ("-1000km", "1000km"), required: true,
            "Where it stands at first, to the north."),
        .init("platforms[].region", .name, "Region of its cell; without it the only one."),
        .init(
            "platforms[].height", .quantity(.length), range: ("10m", "10km"), default: "80m",
            "Flight level at first."),
        .init(
            "platforms[].lowest", .quantity(.length), range: ("10m", "10km"), default: "50m", "Lowest flight level."),
        .init(
            "platforms[].highest", .quantity(.length), range: ("10m", "10km"), default: "150m",
            "Highest flight level."),
        .init(
            "platforms[].range", .quantity(.length), range: ("0m", "1000km"), default: "500m",
            "How far it may fly from where it stands at first."),
        .init(
            "platforms[].speed", .quantity(.speed), range: ("0km/h", "500km/h"), default: "60km/h", "Highest speed."),
        .init(
            "platforms[].transmit_power", .quantity(.power), range: ("-30dBm", "60dBm"), default: "30dBm",
            "Power of its cell over the carrier."),
    ]
}
