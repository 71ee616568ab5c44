package import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// Something that a node of this process has sent, heard or recorded, on its way into the context database.
package struct ContextItem: Sendable {
    /// What it is.
    package enum Content: Sendable {
        case sent(Envelope)
        case heard(Envelope)
        case recorded(Record)
    }

    package var at: Instant
    package var content: Content
    /// Whether it is time for the values of single users again.
    package var hasUsers: Bool

    package init(at: Instant, content: Content, hasUsers: Bool = false) {
        self.at = at
        self.content = content
        self.hasUsers = hasUsers
    }
}
