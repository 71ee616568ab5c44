/// Offsets of phones or cells about a common mean of 0, each shrunk towards it by how little it was heard: scalar
/// Kalman filters with a prior and a slow drift. At most `capacity` are remembered, the least recently heard gives way.
struct OffsetTable: Sendable, Equatable {
    struct Row: Sendable, Equatable {
        var id: UInt32
        var mean: Float = 0
        var variance: Float
        var stamp: UInt64 = 0
    }

    let capacity: Int
    let priorVariance: Float
    /// Variance gained per reading, dB^2.
    let driftVariance: Float
    /// Ascending by id.
    private(set) var rows: [Row] = []
    private var clock: UInt64 = 0

    init(capacity: Int, deviationDb: Float, driftVariance: Float) {
        self.capacity = capacity
        priorVariance = deviationDb * deviationDb
        self.driftVariance = driftVariance
    }

    /// Takes over rows read from a snapshot.
    mutating func restore(_ rows: [Row]) {
        precondition(rows.count <= capacity)
        self.rows = rows
        clock = rows.map(\.stamp).max() ?? 0
    }

    /// Offset (dB) and its variance (dB^2); the prior where the id was never heard.
    func offset(_ id: UInt32) -> (mean: Double, variance: Double) {
        let place = place(of: id)
        guard place < rows.count, rows[place].id == id else { return (0, Double(priorVariance)) }
        return (Double(rows[place].mean), Double(rows[place].variance))
    }

    /// Takes an innovation that holds `share` of the offset.
    mutating func take(_ id: UInt32, innovation: Double, share: Double, noiseVariance: Double) {
        guard priorVariance > 0, share > 1e-3 else { return }
        clock += 1
        var place = place(of: id)
        if place >= rows.count || rows[place].id != id {
            if rows.count == capacity {
                var oldest = 0
                for index in rows.indices where rows[index].stamp < rows[oldest].stamp { oldest = index }
                rows.remove(at: oldest)
                place = self.place(of: id)
            }
            rows.insert(Row(id: id, variance: priorVariance), at: place)
        }
        let variance = Double(rows[place].variance)
        let gain = variance * share / (share * share * variance + noiseVariance)
        rows[place].mean += Float(gain * innovation)
        rows[place].variance = min(priorVariance, Float(variance * (1 - gain * share)) + driftVariance)
        rows[place].stamp = clock
    }

    private func place(of id: UInt32) -> Int { partitionPoint(rows.count) { rows[$0].id < id } }
}
