internal import NetworkModel

extension KeySpecification {
    static let contextKeys: [KeySpecification] = [
        .init("context", .mapping, "What the twins' processes keep for later decisions, and for `dtnet context`."),
        .init(
            "context.store", .choice(ContextConfiguration.Store.allCases.map(\.rawValue)), default: "sqlite",
            "Where: a file per process in the run folder, a PostgreSQL server that all share, or nowhere."),
        .init(
            "context.connection_env", .text, default: "DTNET_POSTGRESQL",
            "Environment variable with the connection string of the server; the file itself holds no secret."),
        .init(
            "context.sampling", .quantity(.time), range: ("1ms", "60s"), default: "100ms",
            "Shortest time between two samples of a cell's KPIs; those of its users come a tenth as often."),
        .init(
            "context.raw", .quantity(.time), range: ("20s", "1000000s"), default: "10min",
            "How long samples and directives are kept as they came."),
        .init(
            "context.fine", .quantity(.time), range: ("20s", "10000000s"), default: "1440min",
            "How long sums of samples over 10 s are kept."),
        .init(
            "context.retention", .quantity(.time), range: ("20s", "100000000s"), default: "10080min",
            "How long everything else is kept, sums over 10 min among it; documents and cells stay."),
    ]
}
