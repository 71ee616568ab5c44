internal import Glibc
internal import Numerics

extension SpectrumSharing {
    /// A seeded network of 2 to 64 followers whose gains spread over about four decades and whose weights over one;
    /// the cap lies between a tenth and ten times their knees together.
    ///
    /// - Parameter hasLimits: `false` leaves powers unlimited, as in the paper.
    package static func drop(seed: UInt64, hasLimits: Bool) -> SpectrumSharing {
        let generator = CounterGenerator(seed: seed, purpose: 0x4B5A_4D00)
        let count = 2 + Int(generator.bits(0, 1) % 63)
        let followers = (0..<count).map { index in
            let i = UInt64(index) + 1
            let gain = { (purpose: UInt64) in pow(10, generator.uniform(i, purpose, in: -2..<2)) }
            let noise = 1e-10 * pow(10, generator.uniform(i, 14, in: -0.5..<0.5))
            let own = 1e-7 * gain(12)
            let snr = pow(10, generator.uniform(i, 15, in: -1..<2))
            return Follower(
                weight: pow(10, generator.uniform(i, 11, in: -0.5..<0.5)), ownGain: own, gainToSeller: 1e-9 * gain(13),
                noiseWatts: noise, limitWatts: hasLimits ? snr * noise / own : .infinity)
        }
        let knees = followers.reduce(0) { $0 + $1.knee }
        do {
            return try SpectrumSharing(
                followers: followers, capWatts: knees * pow(10, generator.uniform(0, 2, in: -1..<1)))
        } catch {
            preconditionFailure("a drop is a game: \(error)")
        }
    }
}
