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

    /// `10^((x + offset)/10)`, four at a time.
    package static func linear(_ decibels: [Float], offsetDb: Double) -> [Double] {
        let scale = Lanes(repeating: 0.33219280948873623)
        let offset = Lanes(repeating: offsetDb)
        return [Double](unsafeUninitializedCapacity: decibels.count) { target, count in
            decibels.withUnsafeBufferPointer { source in
                var index = 0
                while index &+ 4 <= source.count {
                    let four = SIMD4(source[index], source[index &+ 1], source[index &+ 2], source[index &+ 3])
                    let power = ((Lanes(four) + offset) * scale).exp2
                    for lane in 0..<4 { target.initializeElement(at: index &+ lane, to: power[lane]) }
                    index &+= 4
                }
                while index < source.count {
                    let power = ((Lanes(repeating: Double(source[index])) + offset) * scale).exp2
                    target.initializeElement(at: index, to: power[0])
                    index &+= 1
                }
            }
            count = decibels.count
        }
    }
}
