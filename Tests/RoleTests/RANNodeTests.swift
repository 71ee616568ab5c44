import DTNetMessages
import NetworkModel
import RadioAccessNetwork
import Testing
import TwinProtocol

@Suite struct RANNodeTests {
    private func directive(_ plan: WiringPlan, _ edge: NodePlan, watts: Float, epoch: UInt64, group: UInt64 = 0)
        -> Envelope
    {
        var directive = Directive()
        directive.offerEpoch = epoch
        directive.oldestEpoch = epoch
        directive.expiresEpoch = epoch + 3
        directive.group = group
        directive.subbands = plan.network.carrier.subbands
        directive.cell = edge.cells.map(\.rawValue)
        directive.powerWatts = Array(repeating: watts, count: edge.cells.count * directive.subbands)
        return Envelope(sender: edge.id, recipient: NodeID(0), epoch: epoch, term: 1, body: .directive(directive))
    }

    /// Hands a directive to the radio network and runs it to the end of the slot, where it is answered.
    private func outcomes(_ ran: inout RANNode, _ message: Envelope, at now: inout Instant) -> [DirectiveOutcome] {
        #expect(ran.take(message, at: now).isEmpty)
        now = now + .milliseconds(1)
        let effects = ran.fire(TimerID(1), at: now)
        _ = ran.followUp(at: now)
        for envelope in effects.sends {
            if case .directiveResult(let result) = envelope.body { return result.outcome }
        }
        return []
    }

    @Test func everyEpochReachesEveryEdgeWithItsCells() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        let epochs = CampusScene.epochs(3, of: &ran)
        for (number, envelopes) in epochs.enumerated() {
            #expect(envelopes.map(\.epoch) == [UInt64(number), UInt64(number)])
            for (envelope, edge) in zip(envelopes, scene.plan.nodes(of: .edge)) {
                guard case .telemetry(let telemetry) = envelope.body else {
                    Issue.record("no telemetry")
                    return
                }
                #expect(envelope.recipient == edge.id)
                #expect(telemetry.cell == edge.cells.map(\.rawValue))
                #expect(envelope.hops.count == 1)
                // What the role emits must pass the checks of the wire.
                #expect(try EnvelopeDecoder().decode(EnvelopeEncoder().encode(envelope)).body == envelope.body)
            }
        }
    }

    @Test(arguments: [10, 20]) func aTelemetryIsAsLargeAsTheTopologySays(epochMs: Int64) throws {
        let scene = try CampusScene(.decentralised, epoch: .milliseconds(epochMs))
        var ran = try scene.radioNetwork()
        let network = scene.plan.network
        for envelope in try #require(CampusScene.epochs(1, of: &ran).first) {
            guard case .telemetry(let telemetry) = envelope.body else { continue }
            let stated = network.telemetryBytes(cells: telemetry.cell.count, ues: telemetry.ue.count)
            let tags = EnvelopeEncoder().encode(envelope).count - stated
            #expect((0...NetworkConfiguration.messageOverheadBytes).contains(tags), "\(tags) beside \(stated)")
        }
    }

    @Test func aReplaySaysAtItsStartWhatItCannotObserve() throws {
        let emulated = try CampusScene(.decentralised)
        var plain = try emulated.radioNetwork()
        #expect(plain.start(at: .zero).records.isEmpty)
        let scene = try CampusScene(.decentralised) {
            $0.network.scenario = .replay(ReplayConfiguration(format: .cicv5g, path: "run.txt"))
        }
        let text = """
            pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)
            1000 1020 20 0 0 \(scene.plan.network.cells[0].name) 15 -98
            """
        var ran = try RANNode(
            plan: scene.plan, node: scene.node(.ran), files: [(name: "run.txt", bytes: Array(text.utf8))])
        let records = ran.start(at: .zero).records
        guard records.count == 1, case .alarm(let node, let notice) = records[0] else {
            Issue.record("\(records)")
            return
        }
        #expect(node == ran.node && notice == scene.plan.network.scenario.openLoopNotice)
    }

    /// Whatever a usable row of a drive says, what the radio network makes of it passes the checks of the wire.
    @Test func aReplayOfOddReadingsIsReportedAllTheSame() throws {
        let scene = try CampusScene(.decentralised) {
            $0.network.scenario = .replay(ReplayConfiguration(format: .cicv5g, path: "run.txt"))
        }
        let cells = scene.plan.network.cells
        let text = """
            pub_time(ms) sub_time(ms) delay(ms) utmX(m) utmY(m) cellid(db) sinr(db) rsrp(db)
            1000 1020 20 0 0 \(cells[0].name) 40 -160
            1005 1030 20 99999999 -99999999 \(cells[6].name) -50 -30
            1015 1040 20 5 5 \(cells[0].name) -50 -160
            1025 1050 20 5 5 \(cells[0].name) 40 -30
            """
        var ran = try RANNode(
            plan: scene.plan, node: scene.node(.ran), files: [(name: "run.txt", bytes: Array(text.utf8))])
        var places: [Float] = []
        for envelope in CampusScene.epochs(4, of: &ran).flatMap({ $0 }) {
            let read = try EnvelopeDecoder().decode(EnvelopeEncoder().encode(envelope))
            #expect(read.body == envelope.body)
            guard case .telemetry(let telemetry) = envelope.body else { continue }
            places += telemetry.positionDeviationMetres
        }
        // One user in all, who was once where the plane of the drive does not reach.
        #expect(places == [5, -1, 5, 5])
    }

    @Test func whatWasPreparedIsWhatIsSent() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        var due = ran.start(at: .zero).timers
        var prepared: [Envelope] = []
        var compared = 0
        while ran.epoch < 3 {
            let now = due.removeFirst()
            let effects = ran.fire(TimerID(1), at: now)
            due += effects.timers
            for (envelope, before) in zip(effects.sends, prepared) {
                var expected = before
                expected.hops = envelope.hops
                #expect(envelope == expected)
                #expect(envelope.hops.map(\.arrived) == before.hops.map(\.arrived))
                compared += 1
            }
            prepared = ran.followUp(at: now).prepared
        }
        #expect(compared == 6)
    }

    /// Slots of 1 ms, epochs of 10: between the telemetry and three eighths of the epoch nothing is stepped.
    @Test func aProcessLeavesTheProcessorsToThoseWhoDecide() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        var due = ran.start(at: .zero).timers
        var woken: [Int64] = []
        while ran.epoch < 2 {
            let now = due.removeFirst()
            woken.append(now.nanoseconds / 1_000_000)
            let effects = ran.fire(TimerID(1), at: now)
            #expect(effects.hasFollowUp == (woken.last.map { $0 % 10 != 0 } ?? false))
            if effects.hasFollowUp { _ = ran.followUp(at: now) }
            due += effects.timers
        }
        #expect(woken == [0, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20])
    }

    @Test func directivesActOnceAndOnlyInScope() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        _ = CampusScene.epochs(1, of: &ran)
        let (west, east) = (scene.node(.edge, 0), scene.node(.edge, 1))
        let message = directive(scene.plan, west, watts: 0.5, epoch: 0)
        var now = Instant.zero
        #expect(Set(outcomes(&ran, message, at: &now)) == [.applied])
        #expect(ran.network.appliedPower(cell: west.cells[0]).allSatisfy { $0 == 0.5 })
        #expect(Set(outcomes(&ran, message, at: &now)) == [.staleEpoch])
        var foreign = directive(scene.plan, east, watts: 0.1, epoch: 1)
        foreign.sender = west.id
        #expect(Set(outcomes(&ran, foreign, at: &now)) == [.unauthorised])
        #expect(ran.network.appliedPower(cell: east.cells[0]).allSatisfy { $0 != 0.1 })
    }

    @Test func tooMuchPowerIsRefusedAndAGroupWhole() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        _ = CampusScene.epochs(2, of: &ran)
        // East has a weaker third site: 1 W per subband fits the strong cells only.
        let east = scene.node(.edge, 1)
        var now = Instant.zero + .milliseconds(10)
        let loose = outcomes(&ran, directive(scene.plan, east, watts: 1, epoch: 0), at: &now)
        #expect(loose.contains(.applied) && loose.contains(.outOfRange))
        let before = east.cells.map { ran.network.appliedPower(cell: $0) }
        let group = outcomes(&ran, directive(scene.plan, east, watts: 0.9, epoch: 1, group: 5), at: &now)
        #expect(!group.contains(.applied) && group.contains(.groupRefused))
        #expect(east.cells.map { ran.network.appliedPower(cell: $0) } == before)
        let light = directive(scene.plan, east, watts: 0.2, epoch: 1, group: 6)
        #expect(Set(outcomes(&ran, light, at: &now)) == [.applied])
    }

    @Test func expiryFallsBackToTheSafeDefault() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        var due = ran.start(at: .zero).timers
        let edge = scene.node(.edge)
        let equal = ran.network.appliedPower(cell: edge.cells[0])
        _ = ran.take(directive(scene.plan, edge, watts: 0.25, epoch: 0))
        var powers: [Float] = []
        while ran.epoch < 4 {
            let effects = ran.fire(TimerID(1), at: due.removeFirst())
            due += effects.timers
            _ = ran.followUp(at: .zero)
            if !effects.records.isEmpty { powers.append(ran.network.appliedPower(cell: edge.cells[0])[0]) }
        }
        // It expires with epoch 3.
        #expect(powers == [0.25, 0.25, 0.25, equal[0], equal[0]])
    }

    /// Recommended schemes have a fence of their own, and none are left once it has expired.
    @Test func recommendedSchemesAreInForceUntilTheyExpire() throws {
        for isReported in [true, false] {
            let scene = try CampusScene(.decentralised) { plan in
                guard isReported, case .emulated(var emulation) = plan.network.scenario else { return }
                emulation.linkAdaptation = .reported
                plan.network.scenario = .emulated(emulation)
            }
            var ran = try scene.radioNetwork()
            var due = ran.start(at: .zero).timers
            let edge = scene.node(.edge)
            let ues = (0..<UInt32(ran.network.ueCount)).filter {
                edge.cells.contains(ran.network.servingCell(ue: UEID($0)))
            }
            let ue = UEID(try #require(ues.first))
            var message = directive(scene.plan, edge, watts: 0.25, epoch: 0)
            guard case .directive(var body) = message.body else { return }
            body.recommend(Array(repeating: 7, count: ues.count * body.subbands), to: ues)
            message.body = .directive(body)
            _ = ran.take(message)
            var isAdvised: [Bool] = []
            while ran.epoch < 4 {
                let effects = ran.fire(TimerID(1), at: due.removeFirst())
                due += effects.timers
                _ = ran.followUp(at: .zero)
                for case .directiveResult(let result) in effects.sends.map(\.body) {
                    for (kind, outcome) in zip(result.kind, result.outcome) {
                        #expect(outcome == (kind == .recommendedMCS && !isReported ? .notObservable : .applied))
                    }
                    #expect(result.kind.count { $0 == .recommendedMCS } == edge.cells.count)
                }
                let schemes = ran.network.emulated?.recommendedMCS(ue: ue)
                if let schemes { #expect(schemes == Array(repeating: 7, count: body.subbands)) }
                if !effects.records.isEmpty { isAdvised.append(schemes != nil) }
            }
            #expect(isAdvised == (isReported ? [true, true, true, false, false] : Array(repeating: false, count: 5)))
        }
    }

    /// A cap of schemes has a fence of its own: it is in force until its directive expires, whatever comes for powers.
    @Test func aHighestSchemeIsInForceUntilItExpires() throws {
        let scene = try CampusScene(.decentralised) { $0.network.game.expiryEpochs = 100 }
        let edge = scene.node(.edge)
        func sums(_ index: UInt32?) throws -> [Float] {
            var ran = try scene.radioNetwork()
            var due = ran.start(at: .zero).timers
            var message = directive(scene.plan, edge, watts: 0.5, epoch: 0)
            if let index, case .directive(var body) = message.body {
                body.expiresEpoch = 60
                body.highestMCS = edge.cells.map { _ in index }
                message.body = .directive(body)
            }
            _ = ran.take(message)
            var sums: [Float] = []
            while ran.epoch < 160 {
                let effects = ran.fire(TimerID(1), at: due.removeFirst())
                due += effects.timers
                _ = ran.followUp(at: .zero)
                for envelope in effects.sends {
                    if case .directiveResult(let result) = envelope.body {
                        #expect(result.kind.contains(.highestMCS) == (index != nil))
                        #expect(result.outcome.allSatisfy { $0 == .applied })
                    }
                    guard case .telemetry(let telemetry) = envelope.body,
                        telemetry.cell.contains(edge.cells[0].rawValue)
                    else { continue }
                    sums.append(telemetry.throughputKbps[0])
                }
            }
            return sums
        }
        let (free, capped) = (try sums(nil), try sums(2))
        let bound = Float(scene.plan.network.carrier.bandwidthHz / 1e3 * MCSTable.spectralEfficiency[2])
        #expect(capped[10..<60].allSatisfy { $0 <= 1.01 * bound }, "\(capped[10..<60].max() ?? 0), \(bound)")
        #expect(capped[70..<160].contains { $0 > 1.5 * bound } && free[10..<60].contains { $0 > 1.5 * bound })
    }

    @Test func aShellThatWasHeldUpStillOpensEveryEpoch() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        _ = ran.start(at: .zero)
        let effects = ran.fire(TimerID(1), at: Instant(nanoseconds: 35_000_000))
        let opened = effects.records.compactMap { if case .epochStarted(let start) = $0 { start } else { nil } }
        #expect(opened.map(\.epoch) == [0, 1, 2, 3])
        #expect(opened.map(\.scheduled.nanoseconds) == [0, 10_000_000, 20_000_000, 30_000_000])
        #expect(Set(effects.sends.map(\.epoch)) == [3])
        // With the numbers of epoch 3, as of a shell that was never held up.
        var punctual = try scene.radioNetwork()
        #expect(effects.sends.map(\.body) == CampusScene.epochs(4, of: &punctual)[3].map(\.body))
        #expect(ran.network.slot == 30)
        // In virtual time slots are stepped aside meanwhile, but none of an epoch that is yet to be opened.
        var together = RANNode(
            plan: scene.plan, node: scene.node(.ran),
            network: try PhysicalNetwork(configuration: scene.plan.network), stepsTogether: true)
        _ = together.start(at: .zero)
        _ = together.fire(TimerID(1), at: .zero)
        let late = Instant(nanoseconds: 39_500_000)
        together.stepSlots(begunBefore: late)
        #expect(together.fire(TimerID(1), at: late).sends.map(\.body) == effects.sends.map(\.body))
    }

    @Test func aHandoverIsToldOnceToTheEdgeThatTheUserCameTo() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        let cells = scene.node(.edge, 1).cells
        let ues = (0..<UInt32(ran.network.ueCount)).map { UEID($0) }
        let ue = try #require(ues.first { !cells.contains(ran.network.servingCell(ue: $0)) })
        let home = ran.network.servingCell(ue: ue)
        var due = ran.start(at: .zero).timers
        var told: [(epoch: UInt64, recipient: NodeID, from: UInt32, to: UInt32)] = []
        while ran.epoch < 4 {
            let now = due.removeFirst()
            let effects = ran.fire(TimerID(1), at: now)
            due += effects.timers
            for envelope in effects.sends {
                guard case .telemetry(let telemetry) = envelope.body else { continue }
                for (row, number) in telemetry.handoverUE.enumerated() where number == ue.rawValue {
                    told.append(
                        (envelope.epoch, envelope.recipient, telemetry.handoverFrom[row], telemetry.handoverTo[row]))
                }
            }
            // In the middle of epoch 1; the cell keeps the user until further notice.
            if now == Instant.zero + .milliseconds(15) { try ran.network.applyAssociation(ue: ue, cell: cells[0]) }
            _ = ran.followUp(at: now)
        }
        #expect(told.count == 1)
        let first = try #require(told.first)
        #expect(first.epoch == 2 && first.recipient == scene.node(.edge, 1).id)
        #expect(first.from == home.rawValue && first.to == cells[0].rawValue)
    }

    /// A user is moved at the end of the slot after which its cell's telemetry was measured: what is decided by that
    /// telemetry was still meant for the cell before.
    @Test func whatWasDecidedBeforeAUserWasMovedIsLeftOut() throws {
        let scene = try CampusScene(.fullyCentralised) {
            guard case .emulated(var emulation) = $0.network.scenario else { return }
            emulation.beams = 4
            $0.network.scenario = .emulated(emulation)
        }
        var ran = try scene.radioNetwork()
        let leader = scene.node(.rrm).id
        let cell = try #require(scene.plan.network.cells.last).id
        let ue = UEID(0)
        #expect(ran.network.servingCell(ue: ue) != cell)
        func message(epoch: UInt64, _ fill: (inout Directive) -> Void) -> Envelope {
            var directive = Directive()
            (directive.offerEpoch, directive.oldestEpoch, directive.expiresEpoch) = (epoch, epoch, 100)
            directive.subbands = scene.plan.network.carrier.subbands
            fill(&directive)
            return Envelope(
                sender: leader, recipient: scene.node(.ran).id, epoch: epoch, term: 1, body: .directive(directive))
        }
        var due = ran.start(at: .zero).timers
        var beams: [Int?] = []
        while let now = due.first, now <= Instant.zero + .milliseconds(25) {
            due = ran.fire(TimerID(1), at: now).timers
            _ = ran.followUp(at: now)
            switch now.nanoseconds / 1_000_000 {
            case 9:
                _ = ran.take(
                    message(epoch: 0) { ($0.associationUE, $0.associationCell) = ([ue.rawValue], [cell.rawValue]) })
            case 10, 20:
                #expect(ran.network.servingCell(ue: ue) == cell && ran.epoch == UInt64(now.nanoseconds / 10_000_000))
                _ = ran.take(
                    message(epoch: ran.epoch) {
                        ($0.cell, $0.beamUE, $0.beam) = ([cell.rawValue], [ue.rawValue], [1])
                    })
            case 13, 23: beams.append(ran.network.emulated?.servingBeam(ue: ue))
            default: break
            }
        }
        #expect(beams == [nil, 1])
    }

    @Test func epochsGoOnAfterARestart() throws {
        let scene = try CampusScene(.decentralised)
        var ran = try scene.radioNetwork()
        _ = ran.start(at: Instant(nanoseconds: 123_456_789))
        #expect(ran.epoch == 13)
    }

    /// In virtual time slots are stepped together: telemetry, answers and the network are those of a process that wakes
    /// up with every slot but the first of an epoch. A directive acts from the slot after the one that it came in, also
    /// where the process is still waiting then.
    @Test(arguments: [0.4, 1.4, 3.4]) func slotsSteppedTogetherAreTheSameSlots(into: Double) throws {
        let scene = try CampusScene(.decentralised)
        let edge = scene.node(.edge)
        var sent: [[Envelope]] = []
        var powers: [[Float]] = []
        for stepsTogether in [false, true] {
            var ran = RANNode(
                plan: scene.plan, node: scene.node(.ran),
                network: try PhysicalNetwork(configuration: scene.plan.network), stepsTogether: stepsTogether)
            var due = try #require(ran.start(at: .zero).timers.last)
            var envelopes: [Envelope] = []
            // Into epochs 1 and 3 a directive comes.
            for (at, epoch) in [(10 + into, UInt64(1)), (30 + into, 3), (60, .max)] {
                let arrival = Instant.zero + .milliseconds(Int64(at)) + .microseconds(Int64(at * 1_000) % 1_000)
                while due < arrival {
                    let effects = ran.fire(TimerID(1), at: due)
                    envelopes += effects.sends
                    if effects.hasFollowUp { _ = ran.followUp(at: due) }
                    due = try #require(effects.timers.last)
                }
                guard epoch != .max else { break }
                let message = directive(scene.plan, edge, watts: 0.1 * Float(epoch), epoch: epoch)
                if let sooner = ran.receive(message, arrived: arrival, at: arrival).timers.last { due = sooner }
            }
            // A process wakes up in every slot and stamps its messages then.
            for index in envelopes.indices { envelopes[index].hops = [] }
            _ = ran.catchUp(to: .zero + .milliseconds(60))
            #expect(ran.network.slot == 60)
            sent.append(envelopes)
            powers.append(ran.network.appliedPower(cell: edge.cells[0]))
        }
        #expect(sent[0].count == 6 * 2 + 2)
        #expect(sent[0] == sent[1])
        #expect(powers[0] == powers[1] && powers[0].allSatisfy { abs($0 - 0.3) < 1e-6 })
    }
}
