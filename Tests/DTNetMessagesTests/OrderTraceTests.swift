import DTNetMessages
import Testing

/// What is kept of the last order for a model.
@Suite struct OrderTraceTests {
    private static let order: TrainOrder = {
        var order = TrainOrder()
        (order.order, order.xMetres, order.yMetres, order.radiusMetres) = (5, 40, -25, 75)
        return order
    }()

    @Test func anOrderSettlesOnceItsErrorIsKnown() {
        var trace = OrderTrace()
        trace.begin(Self.order, at: Self.order.place, epoch: 10, error: 9)
        trace.note(readings: 99, error: 3, enough: 100)
        #expect(trace.isSettling && trace.errorAfter == 0 && trace.place == Self.order.place)
        trace.note(readings: 1, error: 0, enough: 100)
        #expect(trace.isSettling, "nobody has been at the place yet")
        trace.note(readings: 1, error: 4, enough: 100)
        #expect(!trace.isSettling && trace.errorAfter == 4 && trace.errorBefore == 9)
        trace.note(readings: 1_000, error: 8, enough: 100)
        #expect(trace.errorAfter == 4, "settled is settled")
    }

    @Test func anOrderForAPlaceThatNobodyComesToIsGivenUp() {
        var trace = OrderTrace()
        trace.begin(Self.order, at: Self.order.place, epoch: 10, error: 9)
        trace.note(readings: 999, error: 0, enough: 100)
        #expect(trace.isSettling)
        trace.note(readings: 1, error: 0, enough: 100)
        #expect(!trace.isSettling && trace.errorAfter == 0)
    }

    @Test func aPlaceHasARadius() {
        var whole = Self.order
        whole.radiusMetres = 0
        #expect(whole.place == nil)
        let place = Self.order.place
        #expect(place?.contains(xMetres: 40, yMetres: 50) == true && place?.contains(xMetres: 40, yMetres: 51) == false)
    }
}
