import DTNetMessages
import NetworkModel
import Simulator
import Testing
import TwinProtocol

struct HistoryHashTests {
    private func envelope(_ powers: [Float], epoch: UInt64 = 1, sent: Instant = .zero) -> Envelope {
        var directive = Directive()
        directive.cell = [0]
        directive.subbands = powers.count
        directive.powerWatts = powers
        return Envelope(
            sender: NodeID(1), recipient: NodeID(0), epoch: epoch, term: 1,
            hops: [Hop(node: NodeID(1), layer: .l1, arrived: sent, started: sent, sent: sent)],
            body: .directive(directive))
    }

    private func hash(_ envelopes: [Envelope]) -> String {
        var hash = HistoryHash()
        for envelope in envelopes { hash.add(envelope) }
        return hash.text
    }

    @Test func timesDoNotCount() {
        #expect(hash([envelope([1, 2])]) == hash([envelope([1, 2], sent: .zero + .seconds(5))]))
    }

    @Test func everyValueEveryPlaceAndTheOrderCount() {
        let base: [Float] = (0..<23).map { Float($0) }
        var seen = [hash([envelope(base)])]
        for index in base.indices {
            var other = base
            other[index] += 0.5
            seen.append(hash([envelope(other)]))
        }
        seen.append(hash([envelope(base, epoch: 2)]))
        seen.append(hash([envelope(Array(base.dropLast()))]))
        seen.append(hash([envelope(base + [0])]))
        seen.append(hash([envelope(base), envelope([1])]))
        seen.append(hash([envelope([1]), envelope(base)]))
        #expect(Set(seen).count == seen.count)
        #expect(seen.allSatisfy { $0.count == 16 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
    }
}
