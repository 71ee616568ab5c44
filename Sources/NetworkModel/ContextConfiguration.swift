/// What the processes of a run keep of what they see and do, where, and for how long.
package struct ContextConfiguration: Hashable, Sendable, Codable {
    /// Where it is kept.
    package enum Store: String, Hashable, Sendable, Codable, CaseIterable {
        /// A file per process in the run folder.
        case sqlite
        /// A server that all processes share.
        case postgresql
        /// Nowhere.
        case off
    }

    package var store: Store = .sqlite
    /// Environment variable that holds the connection string of the server: secrets stand in no file.
    package var connectionVariable: String = "DTNET_POSTGRESQL"
    /// Shortest time between two samples of a cell's KPIs; those of its users come a tenth as often.
    package var sampling: Instant.Span = .milliseconds(100)
    /// How long samples and directives are kept as they came, sums over 10 s, and everything else.
    package var raw: Instant.Span = .seconds(600)
    package var fine: Instant.Span = .seconds(86_400)
    package var retention: Instant.Span = .seconds(604_800)

    package init() {}
}
