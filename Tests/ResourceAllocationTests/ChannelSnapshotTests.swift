import Glibc
import Testing

import ResourceAllocation

@Suite struct ChannelSnapshotTests {
    @Test func decibelsBecomePowersOfTen() {
        let decibels = (0..<2_011).map { Float($0) * 0.17 - 320 }
        for offset in [0.0, -30] {
            let linear = ChannelSnapshot.linear(decibels, offsetDb: offset)
            #expect(linear.count == decibels.count)
            for (db, value) in zip(decibels, linear) {
                let exact = pow(10, (Double(db) + offset) / 10)
                #expect(abs(Double(value) / exact - 1) < 3e-5, "\(db) dB with \(offset) dB")
            }
        }
    }

    @Test func shapesAreKept() {
        #expect(ChannelSnapshot.linear([], offsetDb: 0).isEmpty)
        #expect(ChannelSnapshot.linear([0], offsetDb: 0) == [1])
    }
}
