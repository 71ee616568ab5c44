/// The channel of some cells in linear units, as a solver needs it: what a `ChannelReport` says, converted once.
///
/// UEs are in order of serving cell; shapes as in the report: U, U x links, U x links x reportSubbands.
package struct ChannelSnapshot: Sendable {
    package let links: Int
    package let reportSubbands: Int
    package let ueCell: [UInt32]
    package let weight: [Float]
    /// Megabits are not used here: bit/s, `.infinity` for a full buffer.
    package let demandBps: [Double]
    /// Rate that each UE's slice guarantees, 0 for none; empty where no slice does.
    package let guaranteeMbps: [Float]
    package let linkCell: [UInt32]
    /// Gains and background powers in watts, both times `Problem.scale`.
    let gain: [Float]
    let background: [Float]

    /// - Parameters:
    ///   - demandKbps: negative for a full buffer.
    ///   - gainDb: path gain in dB.
    ///   - backgroundDbm: noise and every interferer without a link, in dBm.
    ///   - guaranteeMbps: rate guaranteed to each UE, 0 for none; empty where none is.
    ///   - beamGainDb: gain of the serving beam over what `gainDb` holds, per UE; empty where cells have no beams.
    package init(
        links: Int, reportSubbands: Int, ueCell: [UInt32], weight: [Float], demandKbps: [Float],
        guaranteeMbps: [Float] = [], linkCell: [UInt32], gainDb: [Float], backgroundDbm: [Float],
        beamGainDb: [Float] = []
    ) {
        precondition(links > 0 && reportSubbands > 0)
        precondition(linkCell.count == ueCell.count * links && gainDb.count == linkCell.count * reportSubbands)
        precondition(guaranteeMbps.isEmpty || guaranteeMbps.count == ueCell.count)
        precondition(backgroundDbm.count == ueCell.count * reportSubbands && weight.count == ueCell.count)
        self.links = links
        self.reportSubbands = reportSubbands
        self.ueCell = ueCell
        self.weight = weight
        self.guaranteeMbps = guaranteeMbps
        demandBps = demandKbps.map { $0 < 0 ? .infinity : Double($0) * 1e3 }
        self.linkCell = linkCell
        gain = ChannelSnapshot.linear(
            ChannelSnapshot.steered(gainDb, by: beamGainDb, stride: links * reportSubbands, width: reportSubbands),
            offsetDb: 0, doublings: 40)
        background = ChannelSnapshot.linear(backgroundDbm, offsetDb: -30, doublings: 40)
    }

    /// The gains with that of its beam on every UE's serving link.
    private static func steered(_ gainDb: [Float], by beamGainDb: [Float], stride: Int, width: Int) -> [Float] {
        guard !beamGainDb.isEmpty else { return gainDb }
        var steered = gainDb
        for (ue, gain) in beamGainDb.enumerated() {
            for index in ue * stride..<ue * stride + width { steered[index] += gain }
        }
        return steered
    }

    package var ues: Int { ueCell.count }

    /// `2^doublings 10^((x + offset)/10)`, eight at a time: relative error below 3e-5 at -320 dB, far under the step
    /// to which gains are quantised.
    package static func linear(_ decibels: [Float], offsetDb: Double, doublings: Int = 0) -> [Float] {
        let perDecibel = 0.33219280948873623
        let scale = Lanes(repeating: Float(perDecibel))
        let offset = Lanes(repeating: Float(offsetDb * perDecibel + Double(doublings)))
        return [Float](unsafeUninitializedCapacity: decibels.count) { target, count in
            decibels.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                var index = 0
                while index &+ 8 <= source.count {
                    let raw = UnsafeRawPointer(from + index).loadUnaligned(as: Lanes.self)
                    let power = offset.addingProduct(raw, scale).exp2
                    UnsafeMutableRawPointer(to + index).storeBytes(of: power, as: Lanes.self)
                    index &+= 8
                }
                while index < source.count {
                    let power = offset.addingProduct(Lanes(repeating: source[index]), scale).exp2
                    (to + index).initialize(to: power[0])
                    index &+= 1
                }
            }
            count = decibels.count
        }
    }
}
