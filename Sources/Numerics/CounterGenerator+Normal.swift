internal import Glibc

extension CounterGenerator {
    /// A draw of the standard normal distribution for the key `(entity, time)` (Box and Muller 1958).
    package func normal(_ entity: UInt64, _ time: UInt64 = 0) -> Double {
        let word = bits(entity, time)
        let u = (Double(word >> 11) + 0.5) * 0x1p-53
        let v = Double(CounterGenerator.mix(word ^ 0xA24B_AED4_963E_E407) >> 11) * 0x1p-53
        return (-2 * Glibc.log(u)).squareRoot() * Glibc.cos(2 * .pi * v)
    }

    /// A draw of the exponential distribution with mean 1 for the key `(entity, time)`.
    package func exponential(_ entity: UInt64, _ time: UInt64 = 0) -> Double {
        -Glibc.log((Double(bits(entity, time) >> 11) + 0.5) * 0x1p-53)
    }
}
