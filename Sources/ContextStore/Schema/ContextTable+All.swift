extension ContextTable {
    /// Every table that rows are put into, in the order in which an export writes them.
    package static let all: [ContextTable] = [
        cell, qosProfile, device, policy, document, passage, measurement, aggregate, twinError, directive, tile,
        languageText, languageDecision, incident, counter,
    ]

    /// The table of that name, nil where there is none.
    package static func named(_ name: String) -> ContextTable? { all.first { $0.name == name } }

    /// KPIs and measurements as they came; `cell` and `ue` are -1 where a value belongs to none. `bucket` is the time
    /// in units of `KPISample.bucketMicroseconds`: it keeps the rows of a moment together, those of a cell within
    /// it.
    package static let measurement = ContextTable(
        "measurement",
        [
            .integer("bucket"), .integer("cell"), .integer("at_us"), .label("metric"), .integer("ue"),
            .label("source"), .real("value"),
        ], key: ["bucket", "cell", "at_us", "metric", "ue", "source"], time: "at_us", isClustered: true, keeping: .raw)

    /// What is left of measurements in the long run: count, mean and extremes over `tier_s` seconds from `at_us` on.
    package static let aggregate = ContextTable(
        "aggregate",
        [
            .integer("tier_s"), .integer("cell"), .label("metric"), .integer("ue"), .label("source"),
            .integer("at_us"), .integer("count"), .real("mean"), .real("minimum"), .real("maximum"),
        ], key: ["tier_s", "cell", "metric", "ue", "source", "at_us"], time: "at_us", isClustered: true, updates: true,
        keeping: .full)

    /// Cells and what surrounds them.
    package static let cell = ContextTable(
        "cell",
        [
            .integer("cell"), .text("name"), .text("region"), .real("x_m"), .real("y_m"), .real("height_m"),
            .real("azimuth_deg").optional, .real("downtilt_deg"), .real("power_dbm"), .real("frequency_hz"),
            .real("bandwidth_hz"), .text("surroundings").optional,
        ], key: ["cell"], updates: true)

    /// QoS profiles: slices of the topology, 5QI rows, and what an operator adds.
    package static let qosProfile = ContextTable(
        "qos_profile",
        [
            .text("name"), .integer("five_qi").optional, .text("resource_type").optional,
            .integer("priority").optional, .real("rate_bps").optional, .real("delay_ms").optional,
            .real("loss").optional, .real("weight").optional, .real("share").optional, .text("note").optional,
        ], key: ["name"], updates: true)

    /// What devices can do.
    package static let device = ContextTable(
        "device",
        [
            .integer("ue"), .text("class").optional, .text("profile").optional, .text("bands").optional,
            .integer("antennas").optional, .integer("layers").optional, .integer("mcs").optional,
            .real("power_dbm").optional, .text("note").optional,
        ], key: ["ue"], updates: true)

    /// Policies as a node sent or heard them; `content` is JSON.
    package static let policy = ContextTable(
        "policy",
        [
            .label("source"), .integer("at_us"), .integer("revision"), .integer("expires_epoch"), .text("reason"),
            .text("content"),
        ], key: ["source", "at_us", "revision"], time: "at_us", keeping: .full)

    /// Documents that passages belong to; `digest` tells whether one has changed.
    package static let document = ContextTable(
        "document",
        [
            .text("id"), .text("collection"), .text("title"), .text("topic"), .text("terms"), .text("source"),
            .integer("digest"),
        ], key: ["id"], updates: true)

    /// Parts of documents, small enough for a prompt; found by full text.
    package static let passage = ContextTable(
        "passage",
        [
            .text("document"), .integer("ordinal"), .text("title"), .text("topic"), .text("terms"), .text("body"),
        ], key: ["document", "ordinal"], updates: true)

    /// Spectrogram and I/Q tiles; `descriptor` is JSON, `data` is laid out as `format` says.
    package static let tile = ContextTable(
        "tile",
        [
            .text("id"), .integer("at_us"), .integer("cell").optional, .text("kind"), .real("centre_hz"),
            .real("span_hz"), .real("duration_s"), .integer("rows"), .integer("columns"), .text("format"),
            .object("descriptor"), .blob("data"),
        ], key: ["id"], time: "at_us", keeping: .full)

    /// Error of a twin's engine before and after its correction, in `unit`, under a condition such as a band.
    package static let twinError = ContextTable(
        "twin_error",
        [
            .label("source"), .label("engine"), .integer("cell"), .integer("at_us"), .real("before").optional,
            .real("after").optional, .label("unit"), .label("condition").optional,
        ], key: ["source", "engine", "cell", "at_us"], time: "at_us", keeping: .full)

    /// Directives per cell, with what became of them.
    package static let directive = ContextTable(
        "directive",
        [
            .label("source"), .integer("epoch"), .integer("cell"), .integer("at_us"), .integer("term"),
            .integer("group_id").optional, .integer("offer_epoch").optional, .integer("oldest_epoch").optional,
            .integer("expires_epoch").optional, .label("controls").optional, .real("power_w").optional,
            .label("outcome").optional, .real("effect_kbps").optional,
        ], key: ["source", "epoch", "cell"], time: "at_us", isClustered: true, updates: true, fixed: ["at_us"],
        keeping: .raw)

    /// Texts that decisions of the language engine share, each once under its digest. A row without the text says that
    /// a decision refers to it: a text is kept as long as the newest decision that does.
    package static let languageText = ContextTable(
        "language_text", [.text("digest"), .integer("at_us"), .text("text").optional], key: ["digest"], time: "at_us",
        updates: true, keeping: .full, since: 3)

    /// Decisions of the language engine with everything that replays them; lists and trees are JSON. A row with the id
    /// of an earlier one and nothing but an effect adds it to that.
    package static let languageDecision = ContextTable(
        "language_decision",
        [
            .text("id"), .label("source"), .integer("at_us"), .integer("epoch").optional, .text("trigger").optional,
            .text("situation").optional, .text("passages").optional, .text("prompt").optional, .text("model").optional,
            .text("parameters").optional, .text("answer").optional, .text("actions").optional,
            .text("what_if").optional, .text("verdict").optional, .text("reason").optional,
            .text("effect").optional, .integer("tokens_in").optional, .integer("tokens_out").optional,
            .real("duration_ms").optional, .integer("decision").optional.added(in: 3),
            .text("failure").optional.added(in: 3), .integer("chosen").optional.added(in: 3),
            .text("judging").optional.added(in: 3),
        ], key: ["id"], time: "at_us", updates: true, fixed: ["at_us"], keeping: .full)

    /// Alarms and what else an operator should know. Alarms of one cause are one incident: `count` of them, of which
    /// `standing` still stand; `members` says as JSON who raised them where and when.
    package static let incident = ContextTable(
        "incident",
        [
            .text("id"), .label("source"), .integer("at_us"), .integer("ended_us").optional,
            .integer("cell").optional, .text("severity"), .label("kind"), .text("text"), .text("resolution").optional,
            .integer("standing").optional.added(in: 4), .integer("count").optional.added(in: 4),
            .integer("first_epoch").optional.added(in: 4), .integer("last_epoch").optional.added(in: 4),
            .text("members").optional.added(in: 4),
        ], key: ["id"], time: "at_us", updates: true, fixed: ["at_us"], keeping: .full)

    /// What the writer counts about itself, such as the rows that it had to drop.
    package static let counter = ContextTable(
        "counter", [.label("source"), .label("name"), .integer("at_us"), .integer("value")],
        key: ["source", "name"], time: "at_us", updates: true)
}
