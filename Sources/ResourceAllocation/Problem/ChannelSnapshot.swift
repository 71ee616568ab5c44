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
    package let linkCell: [UInt32]
    package let gain: [Double]
    package let backgroundWatts: [Double]

    /// - Parameters:
    ///   - demandKbps: negative for a full buffer.
    ///   - gainDb: path gain in dB.
    ///   - backgroundDbm: noise and every interferer without a link, in dBm.
    package init(
        links: Int, reportSubbands: Int, ueCell: [UInt32], weight: [Float], demandKbps: [Float],
        linkCell: [UInt32], gainDb: [Float], backgroundDbm: [Float]
    ) {
        precondition(links > 0 && reportSubbands > 0)
        precondition(linkCell.count == ueCell.count * links && gainDb.count == linkCell.count * reportSubbands)
        precondition(backgroundDbm.count == ueCell.count * reportSubbands && weight.count == ueCell.count)
        self.links = links
        self.reportSubbands = reportSubbands
        self.ueCell = ueCell
        self.weight = weight
        demandBps = demandKbps.map { $0 < 0 ? .infinity : Double($0) * 1e3 }
        self.linkCell = linkCell
        gain = ChannelSnapshot.linear(gainDb, offsetDb: 0)
        backgroundWatts = ChannelSnapshot.linear(backgroundDbm, offsetDb: -30)
    }

    package var ues: Int { ueCell.count }

    /// `10^((x + offset)/10)`, eight at a time in single precision: relative error below 2e-6, far under the step to
    /// which gains are quantised.
    package static func linear(_ decibels: [Float], offsetDb: Double) -> [Double] {
        let scale = SIMD8<Float>(repeating: 0.33219280948873623)
        let offset = SIMD8<Float>(repeating: Float(offsetDb))
        return [Double](unsafeUninitializedCapacity: decibels.count) { target, count in
            decibels.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                var index = 0
                while index &+ 8 <= source.count {
                    let raw = UnsafeRawPointer(from + index).loadUnaligned(as: SIMD8<Float>.self)
                    let power = exp2((raw + offset) * scale)
                    UnsafeMutableRawPointer(to + index).storeBytes(of: SIMD8<Double>(power), as: SIMD8<Double>.self)
                    index &+= 8
                }
                while index < source.count {
                    let power = exp2((SIMD8(repeating: source[index]) + offset) * scale)
                    (to + index).initialize(to: Double(power[0]))
                    index &+= 1
                }
            }
            count = decibels.count
        }
    }

    /// 2 to the power of each lane, for exponents in [-126, 126].
    @inline(__always)
    private static func exp2(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let low = SIMD8<Float>(repeating: -126)
        let high = SIMD8<Float>(repeating: 126)
        var clamped = x.replacing(with: low, where: x .< low)
        clamped = clamped.replacing(with: high, where: clamped .> high)
        let magic = SIMD8<Float>(repeating: 0x1.8p23)
        let shifted = clamped + magic
        let fraction = (clamped - (shifted - magic)) * SIMD8<Float>(repeating: 0.6931471805599453)
        var sum = SIMD8<Float>(repeating: 1.0 / 720)
        sum = SIMD8<Float>(repeating: 1.0 / 120).addingProduct(fraction, sum)
        sum = SIMD8<Float>(repeating: 1.0 / 24).addingProduct(fraction, sum)
        sum = SIMD8<Float>(repeating: 1.0 / 6).addingProduct(fraction, sum)
        sum = SIMD8<Float>(repeating: 0.5).addingProduct(fraction, sum)
        sum = SIMD8<Float>(repeating: 1).addingProduct(fraction, sum)
        sum = SIMD8<Float>(repeating: 1).addingProduct(fraction, sum)
        let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &+ SIMD8<UInt32>(repeating: 127)
        return sum * unsafeBitCast(bits &<< 23, to: SIMD8<Float>.self)
    }
}
