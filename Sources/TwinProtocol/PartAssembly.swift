package import DTNetMessages

/// Puts the parts of divided bodies together again, on one wire. A wire keeps the order of its messages, so parts come
/// one after the other or are lost; a body of which one is lost never comes.
package struct PartAssembly: Sendable {
    /// Parts of the body in hand, from its first.
    private var held: [Envelope] = []

    package init() {}

    /// Takes the next message of the wire.
    ///
    /// - Returns: the envelope with its whole body, once that is there; nil before.
    /// - Throws: where the parts do not make a valid body.
    package mutating func take(_ message: Envelope) throws(MessageError) -> Envelope? {
        guard message.part != .whole else { return message }
        let follows = held.last.map { PartAssembly.follows(message, $0) } ?? false
        if message.part.index == 0 {
            held = []
        } else if !follows {
            held = []
            return nil
        }
        held.append(message)
        guard message.part.index + 1 == message.part.count else { return nil }
        defer { held = [] }
        var whole = message
        whole.body = try Body.joined(held.map(\.body))
        whole.part = .whole
        return whole
    }

    private static func follows(_ message: Envelope, _ last: Envelope) -> Bool {
        message.part.count == last.part.count && message.part.index == last.part.index + 1
            && message.epoch == last.epoch && message.term == last.term && message.incarnation == last.incarnation
            && message.body.kind == last.body.kind
    }
}
