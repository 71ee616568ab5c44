internal import DTNetMessages
internal import NetworkModel

/// The life cycle of an edge's micro-twins: what each has learnt from since it was last begun, how it errs and usually
/// errs, by how its users move and by the weather, and what came of the last order.
struct TwinLife: Sendable {
    /// Readings of each cell's users since its twin was begun, and whether it was begun by an order.
    private(set) var samples: [UInt32]
    private(set) var isRetraining: [Bool]
    private(set) var usualErrorDb: [Float]
    /// Highest order carried out.
    var order: UInt64 = 0
    private(set) var traces: [OrderTrace]
    var watch: MobilityWatch
    /// What the weather station says; dry where there is none.
    var weather: WeatherClass = .dry
    private(set) var byCondition: ConditionErrors
    /// Condition in which the model in use was kept or loaded last, and readings of the present one since it began.
    private(set) var modelCondition: [TwinCondition?]
    private var steady: [(condition: TwinCondition?, readings: UInt32)]

    /// Readings after which a twin is in use.
    static let enough: UInt32 = 500
    /// Readings after which its error says what an order was worth: the error itself remembers 2,000.
    static let settled: UInt32 = 10_000
    /// Readings of one condition between two snapshots.
    static let keepEvery: UInt32 = 5_000
    /// Weight of the newest error in the usual one; where it is well above, so little that a drift does not become
    /// usual before anybody has seen it.
    private static let weight: Float = 0.01
    private static let driftWeight: Float = 0.0005
    private static let healthy: Float = 1.25
    private static let conditionWeight: Float = 0.02

    init(cells: Int, conditions: Int) {
        samples = Array(repeating: 0, count: cells)
        isRetraining = Array(repeating: false, count: cells)
        usualErrorDb = Array(repeating: 0, count: cells)
        traces = Array(repeating: OrderTrace(), count: cells)
        watch = MobilityWatch(cells: cells)
        byCondition = ConditionErrors(cells: cells, conditions: conditions, weight: TwinLife.conditionWeight)
        modelCondition = Array(repeating: nil, count: cells)
        steady = Array(repeating: (nil, 0), count: cells)
    }

    /// - Parameters:
    ///   - before, errorDb: error of the cell before and after correction, dB.
    ///   - orderErrorDb: what the last order is measured by, 0 where it is not known.
    mutating func note(slot: Int, readings: Int, before: Float, errorDb: Float, orderErrorDb: Float) {
        let readings = UInt32(clamping: readings)
        samples[slot] = samples[slot].addingReportingOverflow(readings).partialValue
        traces[slot].note(readings: readings, error: orderErrorDb, enough: TwinLife.settled)
        noteCondition(slot: slot, readings: readings, before: before, after: errorDb)
        guard samples[slot] >= TwinLife.enough, errorDb > 0 else { return }
        isRetraining[slot] = false
        let usual = usualErrorDb[slot]
        let weight = errorDb > TwinLife.healthy * usual ? TwinLife.driftWeight : TwinLife.weight
        usualErrorDb[slot] = usual == 0 ? errorDb : usual + weight * (errorDb - usual)
    }

    private mutating func noteCondition(slot: Int, readings: UInt32, before: Float, after: Float) {
        guard readings > 0, after > 0, let condition = condition(slot: slot) else { return }
        byCondition.note(slot: slot, condition: condition.index, readings: readings, before: before, after: after)
        let isSame = steady[slot].condition == condition
        steady[slot] = (condition, isSame ? steady[slot].readings.addingReportingOverflow(readings).partialValue : 0)
    }

    /// How most users of the cell move in the present weather; nil where too little is known of them.
    func condition(slot: Int) -> TwinCondition? { watch.mobility(slot: slot).map { TwinCondition($0, weather) } }

    /// The condition of which a snapshot is due: it has held long enough, and the twin errs no more than it usually
    /// does.
    mutating func dueSnapshot(slot: Int, errorDb: Float) -> TwinCondition? {
        guard let condition = steady[slot].condition, steady[slot].readings >= TwinLife.keepEvery,
            phase(slot: slot) == .inUse, !traces[slot].isSettling, errorDb > 0,
            errorDb <= TwinLife.healthy * usualErrorDb[slot]
        else { return nil }
        steady[slot].readings = 0
        modelCondition[slot] = condition
        return condition
    }

    mutating func begin(slot: Int) {
        samples[slot] = 0
        isRetraining[slot] = true
    }

    /// - Parameter place: where `errorDb` is of; nil for all of the cell.
    mutating func carriedOut(
        _ order: TrainOrder, at place: OrderPlace?, slot: Int, epoch: UInt64, errorDb: Float
    ) {
        traces[slot].begin(order, at: place, epoch: epoch, error: errorDb)
    }

    mutating func loaded(_ condition: TwinCondition, slot: Int) {
        modelCondition[slot] = condition
        steady[slot].readings = 0
    }

    func phase(slot: Int) -> TwinPhase {
        if isRetraining[slot] { return .retraining }
        return samples[slot] < TwinLife.enough ? .warmingUp : .inUse
    }
}
