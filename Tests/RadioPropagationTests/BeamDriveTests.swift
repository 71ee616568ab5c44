import Foundation
import RadioPropagation
import Testing

@Suite struct BeamDriveTests {
    @Test(arguments: [1, 2, 7, 8, 32])
    func gainsInClosedFormAreThoseOfTheSum(beams: Int) {
        let codebook = BeamCodebook(beams: beams)
        for step in -20...20 {
            let sine = Double(step) / 20
            var gains = [Float](repeating: 0, count: beams + 1)
            codebook.addGains(sine: sine, scale: 2, to: &gains, from: 1)
            for beam in 0..<beams {
                let sum = codebook.gain(ofBeam: beam, azimuthOffsetRadians: Float(asin(sine)))
                #expect(abs(gains[1 + beam] - 2 * sum) < 2e-3 * Float(beams), "beam \(beam) at \(sine)")
            }
            #expect(gains[0] == 0)
        }
    }

    private func drive(kmh: Double, seed: UInt64, steps: Int = 2_000) -> (drive: BeamDrive, snrDb: [Float]) {
        var drive = BeamDrive()
        drive.speedMetresPerSecond = kmh / 3.6
        drive.steps = steps
        return (drive, drive.snrDb(seed: seed))
    }

    private func best(_ snrDb: [Float], _ beams: Int) -> [Int] {
        (0..<(snrDb.count / beams)).map { step in
            (0..<beams).max { snrDb[step * beams + $0] < snrDb[step * beams + $1] } ?? 0
        }
    }

    @Test func aSeedIsADrive() {
        let one = drive(kmh: 30, seed: 5).snrDb
        #expect(one == drive(kmh: 30, seed: 5).snrDb && one != drive(kmh: 30, seed: 6).snrDb)
        #expect(one.count == 2_000 * 32 && one.allSatisfy { (-60...60).contains($0) })
    }

    @Test func fasterUsersChangeBeamsMoreOften() {
        var changes: [Int] = []
        for kmh in [3, 30, 120] as [Double] {
            var count = 0
            for seed in 1...20 as ClosedRange<UInt64> {
                let beams = best(drive(kmh: kmh, seed: seed).snrDb, 32)
                count += zip(beams, beams.dropFirst()).count { $0 != $1 }
            }
            changes.append(count)
        }
        #expect(2 * changes[0] < changes[1] && 2 * changes[1] < changes[2], "\(changes)")
    }

    /// A blockage makes another direction best for a while: jumps of several beams, there and back.
    @Test func blockageMakesAnotherDirectionBest() {
        var jumps = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let beams = best(drive(kmh: 30, seed: seed).snrDb, 32)
            jumps += zip(beams, beams.dropFirst()).count { (3...29).contains(abs($0 - $1)) }
        }
        #expect(jumps > 40, "\(jumps) in 400 s")
    }
}
