internal import DTNetMessages
internal import NetworkModel
internal import TwinProtocol

/// Something that a node of this process has sent, heard or recorded, on its way into the context database.
struct ContextItem: Sendable {
    enum Content: Sendable {
        case sent(Envelope)
        case heard(Envelope)
        case recorded(Record)
    }

    var at: Instant
    var content: Content
    /// Whether it is time for the values of single users again.
    var hasUsers = false
}
