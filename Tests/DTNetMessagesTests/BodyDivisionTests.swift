import DTNetMessages
import NetworkModel
import Testing

/// Bodies that are larger than a message: each part is a valid message, and all parts together are the body.
@Suite struct BodyDivisionTests {
    /// Bodies with the bytes that a message may have, less than they take.
    private static var bodies: [(body: Body, most: Int)] {
        var response = Response()
        (response.round, response.subbands) = (6, 2)
        response.cell = [0, 1, 2, 3, 4]
        response.powerWatts = (0..<10).map(Float.init)
        var sync = LeaderSync()
        (sync.region, sync.subbands) = (1, 2)
        (sync.chargedCell, sync.charge) = ([0, 1, 2], (0..<6).map(Float.init))
        (sync.ownCell, sync.ownPowerWatts) = ([3, 4], (0..<4).map(Float.init))
        return [
            (.telemetry(SampleMessages.telemetry(ues: 40)), 200), (.channelReport(SampleMessages.channelReport()), 200),
            (.channelReport(SampleMessages.channelReport().withoutLinks), 150),
            (.regionReport(SampleMessages.regionReport()), 120), (.policy(SampleMessages.policy()), 100),
            (.offer(SampleMessages.offer()), 48), (.response(response), 24), (.leaderSync(sync), 24),
            (.directive(SampleMessages.directive()), 64),
        ]
    }

    private func messages(_ envelope: Envelope, _ bodies: [Body]) -> [Envelope] {
        bodies.enumerated().map { index, body in
            var message = envelope
            message.body = body
            message.part = BodyPart(index: UInt32(index), count: UInt32(bodies.count))
            return message
        }
    }

    @Test func everyDivisibleBodyComesBackWhole() throws {
        for (body, most) in Self.bodies {
            let parts = try #require(body.divided(most: most), "\(body.kind)")
            #expect(parts.count > 1, "\(body.kind)")
            let decoded = try messages(SampleMessages.envelope(body), parts).map { message in
                let read = try EnvelopeDecoder().decode(EnvelopeEncoder().encode(message))
                #expect(read == message, "\(body.kind), part \(message.part.index)")
                return read.body
            }
            #expect(try Body.joined(decoded) == body, "\(body.kind)")
            #expect(body.divided(most: 1 << 20) == nil, "\(body.kind)")
        }
    }

    @Test func aCellStaysWholeWhereItFits() throws {
        let telemetry = SampleMessages.telemetry(ues: 40)
        // Each cell has 24 bytes, each of its 20 users 92: one cell with its users fits, a second does not.
        let parts = try #require(Body.telemetry(telemetry).divided(most: 2_000))
        let cells = parts.compactMap { if case .telemetry(let part) = $0 { part.cell } else { nil } }
        #expect(cells == [[0], [1]])
        let users = parts.compactMap { if case .telemetry(let part) = $0 { part.ue.count } else { nil } }
        #expect(users == [20, 20])
    }

    @Test func aCellOfTooManyUsersIsInSeveralParts() throws {
        let telemetry = SampleMessages.telemetry(ues: 40)
        let parts = try #require(Body.telemetry(telemetry).divided(most: 1_000))
        let cells = parts.compactMap { if case .telemetry(let part) = $0 { part.cell } else { nil } }
        // 24 + 10 x 92 bytes are in each.
        #expect(cells == [[0], [0], [1], [1]])
        #expect(try Body.joined(parts) == .telemetry(telemetry))
    }

    @Test func aPartIsNoLargerThanAMessage() throws {
        var telemetry = SampleMessages.telemetry(ues: 6_000, links: 9, subbands: 8)
        telemetry.ueCell = Array(repeating: 0, count: 6_000)
        telemetry.linkCell = (0..<54_000).map { $0 % 9 == 0 ? 0 : .max }
        telemetry.ueSlice = Array(repeating: 1, count: 6_000)
        var envelope = SampleMessages.envelope(.telemetry(telemetry))
        envelope.hops = Array(repeating: envelope.hops[0], count: MessageCheck.maxHops)
        (envelope.sequence, envelope.epoch, envelope.term) = (.max, 1 << 47, 1 << 48)
        let messages = try #require(envelope.divided)
        // 436 bytes per user: 2.6 MB.
        #expect(messages.count == 3)
        let sizes = messages.map { EnvelopeEncoder().encode($0).count }
        #expect(sizes.allSatisfy { $0 <= NetworkConfiguration.mostMessageBytes }, "\(sizes)")
        #expect(sizes[0] > NetworkConfiguration.mostMessageBytes - 2_048, "\(sizes)")
        for message in messages { _ = try EnvelopeDecoder().decode(EnvelopeEncoder().encode(message)) }
        #expect(try Body.joined(messages.map(\.body)) == envelope.body)
    }

    @Test func whatFitsIsNotDivided() {
        for body in SampleMessages.bodies { #expect(SampleMessages.envelope(body).divided == nil, "\(body.kind)") }
    }

    @Test func partsOfDifferentBodiesMakeNone() throws {
        let one = try #require(Body.telemetry(SampleMessages.telemetry(ues: 40)).divided(most: 2_000))
        var other = SampleMessages.telemetry(ues: 40)
        other.rainMillimetresPerHour = 1
        let two = try #require(Body.telemetry(other).divided(most: 2_000))
        #expect(throws: MessageError.lengths(field: "part")) { try Body.joined([one[0], two[1]]) }
        #expect(throws: MessageError.order(field: "cell_id")) { try Body.joined([one[1], one[0]]) }
        #expect(throws: MessageError.range(field: "part")) { try Body.joined([]) }
    }

    @Test func partsThatCannotBeAreRefused() throws {
        func decoded(_ body: Body, _ part: BodyPart) throws(MessageError) -> Envelope {
            var envelope = SampleMessages.envelope(body)
            envelope.part = part
            return try EnvelopeDecoder().decode(EnvelopeEncoder().encode(envelope))
        }
        let telemetry = Body.telemetry(SampleMessages.telemetry())
        #expect(try decoded(telemetry, BodyPart(index: 1, count: 2)).part == BodyPart(index: 1, count: 2))
        // As a peer writes it that gives both numbers, or neither.
        #expect(try decoded(telemetry, BodyPart(index: 0, count: 0)).part == .whole)
        #expect(throws: MessageError.range(field: "part")) { try decoded(telemetry, BodyPart(index: 2, count: 2)) }
        #expect(throws: MessageError.range(field: "part")) { try decoded(telemetry, BodyPart(index: 1, count: 0)) }
        #expect(throws: MessageError.tooMany(field: "parts")) { try decoded(telemetry, BodyPart(index: 0, count: 65)) }
        let order = Body.trainOrder(SampleMessages.trainOrder())
        #expect(throws: MessageError.range(field: "part")) { try decoded(order, BodyPart(index: 0, count: 2)) }
    }
}
