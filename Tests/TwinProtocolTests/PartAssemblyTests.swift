import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

@Suite struct PartAssemblyTests {
    /// A directive for so many cells, in parts of two cells.
    private func messages(epoch: UInt64, incarnation: UInt64 = 1, cells: Int = 6) throws -> [Envelope] {
        var directive = Directive()
        (directive.subbands, directive.expiresEpoch) = (1, epoch + 8)
        directive.cell = (0..<UInt32(cells)).map { $0 }
        directive.powerWatts = directive.cell.map { Float($0) }
        let parts = try #require(Body.directive(directive).divided(most: 16))
        return parts.enumerated().map { index, body in
            var message = Envelope(sender: NodeID(1), recipient: NodeID(0), epoch: epoch, term: 1, body: body)
            message.incarnation = incarnation
            message.part = BodyPart(index: UInt32(index), count: UInt32(parts.count))
            return message
        }
    }

    /// Cells of the directives that come out whole, with their epochs.
    private func wholes(_ messages: [Envelope]) throws -> [(epoch: UInt64, cells: Int)] {
        var assembly = PartAssembly()
        var found: [(epoch: UInt64, cells: Int)] = []
        for message in messages {
            guard let whole = try assembly.take(message) else { continue }
            #expect(whole.part == .whole)
            guard case .directive(let directive) = whole.body else { continue }
            #expect(directive.powerWatts == directive.cell.map { Float($0) })
            found.append((whole.epoch, directive.cell.count))
        }
        return found
    }

    @Test func partsInTheirOrderMakeTheBody() throws {
        let found = try wholes(messages(epoch: 5) + messages(epoch: 6, cells: 4))
        #expect(found.map(\.epoch) == [5, 6])
        #expect(found.map(\.cells) == [6, 4])
    }

    @Test(arguments: 0..<3) func aBodyThatLacksAPartNeverComes(lost: Int) throws {
        var first = try messages(epoch: 5)
        first.remove(at: lost)
        #expect(try wholes(first).isEmpty)
        // The next is whole all the same.
        #expect(try wholes(first + messages(epoch: 6)).map(\.epoch) == [6])
    }

    @Test func partsOfTwoBodiesAreNotMixed() throws {
        let (one, two) = (try messages(epoch: 5), try messages(epoch: 6))
        #expect(try wholes([one[0], one[1], two[2]]).isEmpty)
        let later = try messages(epoch: 5, incarnation: 2)
        #expect(try wholes([one[0], one[1], later[2]]).isEmpty)
        // A part that comes twice cannot be told from one that is wrong.
        #expect(try wholes([one[0], one[0], one[1], one[1], one[2]]).isEmpty)
        #expect(try wholes([one[0], one[0], one[1], one[2]]).map(\.epoch) == [5])
    }

    @Test func aWholeMessageBetweenPartsPassesAtOnce() throws {
        let parts = try messages(epoch: 5)
        let order = Envelope(sender: NodeID(1), recipient: NodeID(0), epoch: 5, body: .heartbeat(Heartbeat()))
        var assembly = PartAssembly()
        #expect(try assembly.take(parts[0]) == nil)
        #expect(try assembly.take(order) == order)
        #expect(try assembly.take(parts[1]) == nil)
        #expect(try assembly.take(parts[2])?.part == .whole)
    }

    @Test func partsThatMakeNoBodyAreForgotten() throws {
        var wrong = try messages(epoch: 5)
        // The second part says the cells of the first again.
        wrong[1].body = wrong[0].body
        var assembly = PartAssembly()
        #expect(try assembly.take(wrong[0]) == nil)
        #expect(try assembly.take(wrong[1]) == nil)
        #expect(throws: MessageError.order(field: "cell_id")) { try assembly.take(wrong[2]) }
        #expect(try wholes(messages(epoch: 6)).map(\.epoch) == [6])
        for message in try messages(epoch: 6).dropLast() { #expect(try assembly.take(message) == nil) }
        #expect(try assembly.take(messages(epoch: 6)[2])?.epoch == 6)
    }
}
