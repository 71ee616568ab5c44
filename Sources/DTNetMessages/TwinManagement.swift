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
    /// Set a named parameter.
    case parameter
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
    /// Parameter that is set, and its value; empty and 0 for a retraining.
    package var name = ""
    package var value: Float = 0
    /// Retrains only what was learnt within this distance of a place; 0 for all of the cells.
    package var radiusMetres: Float = 0
    package var xMetres: Float = 0
    package var yMetres: Float = 0

    package init() {}
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

    package init() {}
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
