extension BeamPolicy {
    /// The policy that stands in the source.
    package static let shipped: BeamPolicy = {
        guard let policy = BeamPolicy(bytes: Base64.bytes(shippedWeights)) else {
            preconditionFailure("the weights in the source are damaged")
        }
        return policy
    }()

    /// A policy from bytes, a signed one per weight; nil where there are not `count`.
    package init?(bytes: [UInt8]) {
        guard bytes.count == BeamPolicy.count else { return nil }
        self.init(weights: bytes.map { Float(Int8(bitPattern: $0)) })
    }

    /// The weights rounded to a signed byte each. What is added to all manoeuvres of a cell, and a factor over all,
    /// change no choice: every cell is brought to the mean 0, the largest weight to 127.
    package var bytes: [UInt8] {
        var centred = weights
        var largest: Float = 1e-30
        for cell in 0..<BeamMemory.cells {
            let range = (cell * BeamPolicy.manoeuvres)..<((cell + 1) * BeamPolicy.manoeuvres)
            let mean = weights[range].reduce(0, +) / Float(BeamPolicy.manoeuvres)
            for index in range {
                centred[index] -= mean
                largest = max(largest, abs(centred[index]))
            }
        }
        return centred.map { UInt8(bitPattern: Int8(max(-127, min(127, ($0 / largest * 127).rounded())))) }
    }
}
