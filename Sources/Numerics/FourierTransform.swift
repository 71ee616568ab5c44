internal import Glibc

/// The discrete Fourier transform of a power-of-two number of samples, X_k = sum over n of x_n e^(-2 pi i k n / N), in
/// place, by the radix-2 algorithm of Cooley and Tukey (1965). Bit order and roots are worked out once.
package struct FourierTransform: Sendable {
    /// Samples, N.
    package let count: Int
    private let reversed: [Int]
    /// e^(-2 pi i k / N) for k below N / 2.
    private let roots: [Complex]

    /// - Parameter count: a power of two, 2 or more.
    package init(count: Int) {
        precondition(count >= 2 && count & (count - 1) == 0, "\(count) is no power of two")
        self.count = count
        let bits = count.trailingZeroBitCount
        reversed = (0..<count).map { index in
            (0..<bits).reduce(0) { $0 | (index >> $1 & 1) << (bits - 1 - $1) }
        }
        roots = (0..<count / 2).map { index in
            let angle = -2 * Double.pi * Double(index) / Double(count)
            return Complex(cos(angle), sin(angle))
        }
    }

    /// Replaces `count` samples by their transform.
    package func transform(_ values: inout [Complex]) {
        precondition(values.count == count, "\(values.count) samples for a transform of \(count)")
        for (index, other) in reversed.enumerated() where index < other { values.swapAt(index, other) }
        var half = 1
        while half < count {
            let step = count / (2 * half)
            for start in stride(from: 0, to: count, by: 2 * half) {
                for offset in 0..<half {
                    let turned = roots[offset * step] * values[start + half + offset]
                    let upper = values[start + offset]
                    values[start + offset] = upper + turned
                    values[start + half + offset] = upper - turned
                }
            }
            half *= 2
        }
    }
}
