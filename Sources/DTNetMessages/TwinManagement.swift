/// AI engines that L3 manages and questions.
package enum TwinEngine: UInt32, Hashable, Sendable, CaseIterable {
    /// L1: the channel engine of an edge's cells.
    case channel = 1
    /// L2: the traffic forecast of a region's cells.
    case traffic
}

/// What an engine is to do about its model.
package enum TrainKind: UInt32, Hashable, Sendable, CaseIterable {
    /// Forget what was learnt in the cells, and learn anew.
    case retrain = 1
    /// Multiply a named parameter by a factor, within the engine's bounds.
    case parameter
    /// Go back to the snapshot that was kept of a named condition; nothing changes where none was.
    case adapter
}

/// Where a model is in its life.
package enum TwinPhase: UInt32, Hashable, Sendable, CaseIterable {
    case warmingUp = 1
    case inUse, retraining
}

/// L3 to an AI engine of L1 or L2: what it is to do about its model.
package struct TrainOrder: Hashable, Sendable {
    /// Grows with each order of the sender; told back in `TwinStatus` once it is carried out.
    package var order: UInt64 = 0
    package var engine = TwinEngine.channel
    package var kind = TrainKind.retrain
    /// Cells whose models are meant, ascending.
    package var cell: [UInt32] = []
    /// Parameter and the factor on it, or the condition of an adapter; empty and 0 for a retraining.
    package var name = ""
    package var value: Float = 0
    /// Retrains only what was learnt within this distance of a place; 0 for all of the cells.
    package var radiusMetres: Float = 0
    package var xMetres: Float = 0
    package var yMetres: Float = 0

    package init() {}

    /// Where it holds; nil for all of its cells.
    package var place: OrderPlace? {
        radiusMetres > 0 ? OrderPlace(xMetres: xMetres, yMetres: yMetres, radiusMetres: radiusMetres) : nil
    }
}

/// Where an order holds that is not for all of a cell.
package struct OrderPlace: Hashable, Sendable {
    package var xMetres: Float
    package var yMetres: Float
    /// Above 0.
    package var radiusMetres: Float

    package init(xMetres: Float, yMetres: Float, radiusMetres: Float) {
        self.xMetres = xMetres
        self.yMetres = yMetres
        self.radiusMetres = radiusMetres
    }

    /// Whether a point, in metres, lies in it.
    package func contains(xMetres x: Float, yMetres y: Float) -> Bool {
        let (east, north) = (x - xMetres, y - yMetres)
        return east * east + north * north <= radiusMetres * radiusMetres
    }
}

/// L1 or L2 to L3: where the life cycle of an engine's models stands.
package struct TwinStatus: Hashable, Sendable {
    package var engine = TwinEngine.channel
    /// Highest order that has been carried out, 0 for none.
    package var order: UInt64 = 0
    /// Cells, ascending [C].
    package var cell: [UInt32] = []
    package var phase: [TwinPhase] = []
    /// Error now and as it usually is: RMS in dB (channel), mean absolute load (traffic) [C].
    package var error: [Float] = []
    package var usualError: [Float] = []
    /// Readings that the model has learnt from since it was last begun [C].
    package var samples: [UInt32] = []
    /// Where the error is largest, and what it is there [C]; all empty where places are not known.
    package var worstX: [Float] = []
    package var worstY: [Float] = []
    package var worstError: [Float] = []
    /// Error of the uncorrected baseline; persistence for traffic. Empty or [C].
    package var errorBefore: [Float] = []
    /// How most of the cell's users move, and how they did when the model in use was saved or loaded last
    /// (`MobilityClass`, 0 unknown). Empty or [C].
    package var mobility: [UInt32] = []
    package var modelMobility: [UInt32] = []
    /// Error before and after correction under each `TwinCondition`, and readings behind it. Empty, [C x 3], or, with
    /// the weather known, [C x 9].
    package var conditionBefore: [Float] = []
    package var conditionAfter: [Float] = []
    package var conditionReadings: [UInt32] = []
    /// Bit i is set where a snapshot is kept for the condition of index i; a forecast keeps none. Empty or [C].
    package var snapshots: [UInt32] = []
    /// Last order for the cell (0 none), its kind, epochs since, error before it and after it had settled (0 until
    /// then): the errors where the order held, if it was for a place, else of the cell. Empty or [C].
    package var lastOrder: [UInt32] = []
    package var lastKind: [UInt32] = []
    package var orderAgeEpochs: [UInt32] = []
    package var orderBefore: [Float] = []
    package var orderAfter: [Float] = []
    /// Weather now, and when the model in use was saved or loaded last (`WeatherClass`, 0 unknown). Empty where no
    /// station is named, else [C].
    package var weather: [UInt32] = []
    package var modelWeather: [UInt32] = []

    package init() {}
}

/// Errors of the models of some cells by the condition they were made under: plain means at first, exponential ones
/// later.
package struct ConditionErrors: Sendable {
    /// Conditions that errors are kept under, K.
    package let conditions: Int
    private let weight: Float
    /// Error before and after correction, and readings, per cell and condition [C x K].
    package private(set) var before: [Float]
    package private(set) var after: [Float]
    package private(set) var readings: [UInt32]

    /// - Parameter weight: of the newest error once 1 / `weight` readings have come.
    package init(cells: Int, conditions: Int, weight: Float) {
        self.conditions = conditions
        self.weight = weight
        before = Array(repeating: 0, count: conditions * cells)
        after = before
        readings = Array(repeating: 0, count: conditions * cells)
    }

    /// Takes the errors of some readings of one cell; a condition that is not kept is left out.
    package mutating func note(slot: Int, condition: Int, readings count: UInt32, before: Float, after: Float) {
        guard count > 0, condition < conditions else { return }
        let index = conditions * slot + condition
        let own = max(weight, Float(count) / (Float(readings[index]) + Float(count)))
        self.before[index] += own * (before - self.before[index])
        self.after[index] += own * (after - self.after[index])
        let (sum, isOver) = readings[index].addingReportingOverflow(count)
        readings[index] = isOver ? .max : sum
    }

    /// Writes them into the status of the same cells.
    package func fill(_ status: inout TwinStatus) {
        (status.conditionBefore, status.conditionAfter, status.conditionReadings) = (before, after, readings)
    }
}

/// The last order that was carried out for one cell's model, and what came of it.
package struct OrderTrace: Hashable, Sendable {
    package private(set) var order: UInt64 = 0
    package private(set) var kind = TrainKind.retrain
    /// Where the errors before and after are of; nil for all of the cell.
    package private(set) var place: OrderPlace?
    private var epoch: UInt64 = 0
    package private(set) var errorBefore: Float = 0
    /// Error once the model had settled; 0 until then.
    package private(set) var errorAfter: Float = 0
    private var settling: UInt32 = 0
    private var isGivenUp = false

    package init() {}

    /// Carried out, neither settled yet nor given up.
    package var isSettling: Bool { order > 0 && errorAfter == 0 && !isGivenUp }

    /// - Parameter place: where the errors are of; nil for all of the cell.
    package mutating func begin(_ order: TrainOrder, at place: OrderPlace? = nil, epoch: UInt64, error: Float) {
        self = OrderTrace()
        (self.order, kind, self.place) = (order.order, order.kind, place)
        (self.epoch, errorBefore) = (epoch, error)
    }

    /// Takes what was learnt from since. An error that is not known ten times as long as it takes to settle is not
    /// waited for: nobody comes to the place any more.
    ///
    /// - Parameters:
    ///   - error: 0 where it is not known.
    ///   - enough: readings after which the error says what the order was worth.
    package mutating func note(readings: UInt32, error: Float, enough: UInt32) {
        guard isSettling else { return }
        settling = UInt32(clamping: UInt64(settling) + UInt64(readings))
        guard settling >= enough else { return }
        if error > 0 { errorAfter = error }
        isGivenUp = UInt64(settling) >= 10 * UInt64(enough)
    }

    package func append(to status: inout TwinStatus, epoch now: UInt64) {
        status.lastOrder.append(UInt32(clamping: order))
        status.lastKind.append(order == 0 ? 0 : kind.rawValue)
        status.orderAgeEpochs.append(order == 0 ? 0 : UInt32(clamping: now - min(now, epoch)))
        status.orderBefore.append(errorBefore)
        status.orderAfter.append(errorAfter)
    }
}

/// L3 to an AI engine: a typed question, on behalf of the language engine.
package struct Clarify: Hashable, Sendable {
    package var question: UInt64
    package var engine: TwinEngine
    package var cell: UInt32

    package init(question: UInt64, engine: TwinEngine, cell: UInt32) {
        self.question = question
        self.engine = engine
        self.cell = cell
    }
}

/// An AI engine's answer. Its text is data for whoever reads it.
package struct Clarification: Hashable, Sendable {
    package var question: UInt64
    package var engine: TwinEngine
    package var cell: UInt32
    /// 512 bytes at most.
    package var text: String

    package init(question: UInt64, engine: TwinEngine, cell: UInt32, text: String) {
        self.question = question
        self.engine = engine
        self.cell = cell
        self.text = text
    }
}
