internal import DTNetMessages
internal import Learning

/// The life cycle of an edge's micro-twins: what each has learnt from since it was last begun, and how it usually errs.
struct TwinLife: Sendable {
    /// Readings of each cell's users since its twin was begun, and whether it was begun by an order.
    private(set) var samples: [UInt32]
    private(set) var isRetraining: [Bool]
    private(set) var usualErrorDb: [Float]
    /// Highest order carried out.
    var order: UInt64 = 0

    /// Readings after which a twin is in use.
    static let enough: UInt32 = 500
    /// Weight of the newest error in the usual one.
    private static let weight: Float = 0.01

    init(cells: Int) {
        samples = Array(repeating: 0, count: cells)
        isRetraining = Array(repeating: false, count: cells)
        usualErrorDb = Array(repeating: 0, count: cells)
    }

    mutating func note(slot: Int, readings: Int, errorDb: Float) {
        samples[slot] = samples[slot].addingReportingOverflow(UInt32(clamping: readings)).partialValue
        guard samples[slot] >= TwinLife.enough, errorDb > 0 else { return }
        isRetraining[slot] = false
        let usual = usualErrorDb[slot]
        usualErrorDb[slot] = usual == 0 ? errorDb : usual + TwinLife.weight * (errorDb - usual)
    }

    mutating func begin(slot: Int) {
        samples[slot] = 0
        isRetraining[slot] = true
    }

    func phase(slot: Int) -> TwinPhase {
        if isRetraining[slot] { return .retraining }
        return samples[slot] < TwinLife.enough ? .warmingUp : .inUse
    }
}

extension MicroTwins {
    /// Where the life cycle of the twins stands.
    var status: TwinStatus {
        var status = TwinStatus()
        status.engine = .channel
        status.order = life.order
        status.cell = cells
        for slot in cells.indices {
            status.phase.append(life.phase(slot: slot))
            status.error.append(Float(errors(servingCell: cells[slot]).after))
            status.usualError.append(life.usualErrorDb[slot])
            status.samples.append(life.samples[slot])
        }
        let worst = cells.map { corrected?.worst(servingCell: $0) }
        if worst.contains(where: { $0 != nil }) {
            status.worstX = worst.map { $0?.x ?? 0 }
            status.worstY = worst.map { $0?.y ?? 0 }
            status.worstError = worst.map { $0?.errorDb ?? 0 }
        }
        return status
    }

    /// Carries out an order of L3; one that is not newer than the last changes nothing.
    mutating func carryOut(_ order: TrainOrder) {
        guard order.order > life.order, order.engine == .channel else { return }
        life.order = order.order
        guard order.kind == .retrain else { return }
        let place = order.radiusMetres > 0 ? SIMD2(order.xMetres, order.yMetres) : nil
        for (slot, cell) in cells.enumerated() where order.cell.contains(cell) {
            life.begin(slot: slot)
            if corrected != nil {
                corrected?.forget(cell: cell, near: place, radiusMetres: order.radiusMetres)
            } else {
                models[slot].forget()
            }
        }
    }

    /// What the twins know of one cell, in words.
    func answer(cell: UInt32) -> String {
        guard let slot = cells.firstIndex(of: cell) else { return "another edge serves cell \(cell)" }
        let errors = errors(servingCell: cell)
        var text =
            "error \(MicroTwins.tenths(errors.before)) dB uncorrected, \(MicroTwins.tenths(errors.after)) corrected"
        text += ", usually \(MicroTwins.tenths(Double(life.usualErrorDb[slot])))"
        if let worst = corrected?.worst(servingCell: cell) {
            text += "; worst \(MicroTwins.tenths(Double(worst.errorDb))) near x \(Int(worst.x)) y \(Int(worst.y))"
        }
        return text
    }

    private static func tenths(_ value: Double) -> String { "\((10 * value).rounded() / 10)" }

    /// Counts what was learnt from; a telemetry's readings are those of its users' links.
    mutating func noteLife(_ telemetry: Telemetry) {
        var users = Array(repeating: 0, count: cells.count)
        for cell in telemetry.ueCell where place[Int(cell)] >= 0 { users[place[Int(cell)]] += 1 }
        for (slot, cell) in cells.enumerated() {
            life.note(
                slot: slot, readings: users[slot] * telemetry.links,
                errorDb: Float(errors(servingCell: cell).after))
        }
    }
}
