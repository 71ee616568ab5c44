import Benchmarking
import DTNetCommands
import DTNetMessages
import NetworkModel
import Testing
import TwinProtocol

/// The powers that a run had come to, out of its record.
@Suite struct PowersInForceTests {
    private static func network(_ run: WrittenRun) -> NetworkConfiguration {
        var network = run.plan.network
        network.carrier.subbands = 2
        return network
    }

    @Test func whatWasAppliedLastHoldsAndTheRestIsEqual() {
        let run = WrittenRun()
        let network = Self.network(run)
        let powers = PowersInForce(RecordLine.read(run.history), network: network)
        // 40 dBm in two equal parts where nothing was decided.
        #expect(powers.watts == [[5, 5], [5, 5], [5, 5], [5, 5], [3, 2]])
        #expect(powers.loads == [1, 1, 1, 1, 1])
        #expect(PowersInForce(equalIn: network).watts.allSatisfy { $0 == [5, 5] })
    }

    @Test func refusalsExpiryMasksAndLoadsCount() {
        let run = WrittenRun()
        var records: [Record] = [.epochStarted(EpochStart(epoch: 10, scheduled: .zero))]
        func add(_ cell: UInt32, _ watts: [Float], expires: UInt64, _ kind: ControlKind, _ outcome: DirectiveOutcome) {
            var directive = Directive()
            directive.expiresEpoch = expires
            directive.subbands = 2
            directive.cell = [cell]
            if kind == .mask { directive.capWatts = watts } else { directive.powerWatts = watts }
            var result = DirectiveResult()
            (result.cell, result.kind, result.outcome) = ([cell], [kind], [outcome])
            records.append(
                .directive(
                    DirectiveRecord(
                        at: .zero, sender: NodeID(4), epoch: 9, term: 1, directive: directive, hops: [],
                        result: result)))
        }
        add(0, [1, 2], expires: 20, .power, .applied)
        add(0, [9, 9], expires: 20, .power, .staleTerm)
        add(1, [1, 2], expires: 10, .power, .applied)
        add(2, [4, 4], expires: 20, .power, .applied)
        add(2, [0, 9], expires: 20, .mask, .applied)
        add(3, [0, 0], expires: 20, .mask, .outOfRange)
        // A cell that the network does not have, and rows of another width.
        add(77, [1, 2], expires: 20, .power, .applied)
        add(4, [1], expires: 20, .power, .applied)
        records.append(
            .cells(
                CellFigures(
                    node: NodeID(5), epoch: 10, load: [0, 0.5, 2, 1, 1], forecastLoad: [], throughputKbps: [],
                    users: [])))
        let powers = PowersInForce(records, network: Self.network(run))
        #expect(powers.watts == [[1, 2], [5, 5], [0, 4], [5, 5], [5, 5]])
        #expect(powers.loads == [0, 0.5, 1, 1, 1])
    }
}
