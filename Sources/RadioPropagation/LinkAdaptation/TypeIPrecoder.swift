internal import Glibc
package import NetworkModel
internal import Numerics

/// A way out of a row of elements, as a precoder needs it.
package struct PrecoderWay: Sendable, Equatable {
    /// Cosine of the angle to the row: `sin(azimuth offset) sin(zenith)`, -1...1.
    package var sine: Float
    /// Part of the power that leaves on it, 0...1.
    package var share: Float
    /// nil where the polarisations are not told apart.
    package var pair: CrossedPair?

    package init(sine: Float, share: Float, pair: CrossedPair? = nil) {
        self.sine = sine
        self.share = share
        self.pair = pair
    }
}

/// A precoder of one or two layers for a row of N crossed pairs, half a wavelength apart, from the ways out of it: the
/// Type I single-panel codebook of TS 38.214 section 5.2.2.2.1 (N2 = 1, O1 = 4). A layer is an oversampled beam on each
/// polarisation, the second turned by the co-phasing: `[v; phi v]`, the second layer `[v'; -phi v']`, v' being v or
/// orthogonal to it.
///
/// Ways have phases that nobody predicts, so powers over them add up. Where the polarisations are not told apart, the
/// row has one, and layers are orthogonal beams.
package struct TypeIPrecoder: Sendable, Equatable {
    /// Beams for each beam of the codebook without oversampling.
    package static let oversampling = 4
    /// The other layer's beam is at most as many beams of that codebook away (Table 5.2.2.2.1-3).
    private static let reach = 3

    /// Elements of the row per polarisation.
    package let elements: Int
    /// Beam of each layer, 0 ..< 4 N: `BeamCodebook`'s beam b is 4 b.
    package let beams: [Int]
    /// n of the co-phasing `exp(i pi n / 2)`: 0...3 of one layer, 0 or 1 of two; nil where there is one polarisation.
    package let coPhasing: Int?

    package var rank: Int { beams.count }

    /// Nearest beam of the codebook without oversampling to that of a layer.
    package func codebookBeam(layer: Int) -> Int {
        (beams[layer] + TypeIPrecoder.oversampling / 2) / TypeIPrecoder.oversampling % elements
    }

    /// - Parameters:
    ///   - elements: 2 to 256.
    ///   - ways: at least one with a share above 0.
    ///   - sinrDb: of one layer.
    package init?(elements: Int, ways: [PrecoderWay], sinrDb: Float) {
        precondition((2...256).contains(elements), "a row has 2 to 256 elements")
        let ways = ways.filter { $0.share > 0 && $0.sine.isFinite }
        guard !ways.isEmpty else { return nil }
        let search = PrecoderSearch(elements: elements, ways: ways)
        let one = search.bestOfOneLayer()
        let sinr = pow(10, Double(sinrDb) / 10)
        let (first, second) = search.highestEigenvalues()
        let isTwo = TypeIPrecoder.carriesMore([1, first > 0 ? second / first : 0], sinr: sinr)
        if isTwo, let two = search.bestOfTwoLayers(after: one, sinr: sinr, reach: TypeIPrecoder.reach) {
            beams = [one.beam, two.beam]
            coPhasing = search.isPaired ? two.coPhasing : nil
        } else {
            beams = [one.beam]
            coPhasing = search.isPaired ? one.coPhasing : nil
        }
        self.elements = elements
    }

    /// Whether two layers of half the power carry more than one: gains are relative to that of the one layer.
    static func carriesMore(_ gains: [Double], sinr: Double) -> Bool {
        gains.reduce(0) { $0 + log2(1 + 0.5 * sinr * $1) } > log2(1 + sinr)
    }
}

/// Powers of the beams of a row towards its ways.
private struct PrecoderSearch {
    struct Choice {
        var beam: Int
        var coPhasing: Int
        /// Power over that of one element.
        var gain: Double
    }

    let elements: Int
    let ways: [PrecoderWay]
    /// Whether polarisations are told apart on every way.
    let isPaired: Bool
    /// Power of each beam towards each way with its share, `[way x beam]`.
    private let power: [Double]
    private let beamCount: Int

    init(elements: Int, ways: [PrecoderWay]) {
        self.elements = elements
        self.ways = ways
        isPaired = ways.allSatisfy { $0.pair != nil }
        let count = TypeIPrecoder.oversampling * elements
        beamCount = count
        power = ways.flatMap { way in
            (0..<count).map { beam in
                let steered = 2 * (Double(beam) / Double(TypeIPrecoder.oversampling) - Double(elements / 2))
                let kernel = PrecoderSearch.kernel(Double(way.sine) - steered / Double(elements), elements)
                return Double(way.share) * kernel * kernel * Double(elements)
            }
        }
    }

    /// Mean over the elements of `exp(i pi n s)`, n counted from the middle of the row.
    private static func kernel(_ sine: Double, _ elements: Int) -> Double {
        let half = 0.5 * .pi * sine
        let below = sin(half)
        // Both ends of the row's period: every element in phase, up to the sign.
        guard abs(below) > 1e-9 else { return 1 }
        return sin(Double(elements) * half) / (Double(elements) * below)
    }

    /// Power of a layer: of the first, or of the second, which has the other sign.
    private func gain(beam: Int, coPhasing: Int, sign: Double) -> Double {
        var sum = 0.0
        for (index, way) in ways.enumerated() {
            var factor = 1.0
            if isPaired, let pair = way.pair {
                // Re(phi* c) for phi = 1, i, -1, -i.
                let real = Double(pair.coherenceReal)
                let imaginary = Double(pair.coherenceImaginary)
                let turned = coPhasing % 2 == 0 ? real : imaginary
                let side = coPhasing < 2 ? sign : -sign
                factor = max(0, 0.5 * Double(pair.firstPower + pair.secondPower) + side * turned)
            }
            sum += power[index * beamCount + beam] * factor
        }
        return sum
    }

    func bestOfOneLayer() -> Choice {
        var best = Choice(beam: 0, coPhasing: 0, gain: -1)
        for beam in 0..<beamCount {
            for coPhasing in 0..<(isPaired ? 4 : 1) {
                let gain = gain(beam: beam, coPhasing: coPhasing, sign: 1)
                if gain > best.gain { best = Choice(beam: beam, coPhasing: coPhasing, gain: gain) }
            }
        }
        return best
    }

    /// The other layer's beam beside the first's, with the co-phasing of both; nil where no pair carries more than one.
    func bestOfTwoLayers(after one: Choice, sinr: Double, reach: Int) -> Choice? {
        guard one.gain > 0 else { return nil }
        var best: Choice?
        var most = log2(1 + sinr)
        for step in -reach...reach {
            let beam = (one.beam + (step + elements * reach) * TypeIPrecoder.oversampling) % beamCount
            // With one polarisation two layers need two beams.
            if !isPaired && beam == one.beam { continue }
            for coPhasing in 0..<(isPaired ? 2 : 1) {
                let first = gain(beam: one.beam, coPhasing: coPhasing, sign: 1) / one.gain
                let second = gain(beam: beam, coPhasing: coPhasing, sign: -1) / one.gain
                let rate = log2(1 + 0.5 * sinr * first) + log2(1 + 0.5 * sinr * second)
                if rate > most {
                    most = rate
                    best = Choice(beam: beam, coPhasing: coPhasing, gain: second * one.gain)
                }
            }
        }
        return best
    }

    /// The two highest eigenvalues of the covariance at the elements, the sum over the ways of
    /// `share (v v^H) x (powers of the pair)`: those of the Gram matrix of its factors.
    func highestEigenvalues() -> (first: Double, second: Double) {
        let width = isPaired ? 2 : 1
        let roots = ways.map { isPaired ? $0.pair.map(PrecoderSearch.root) : nil }
        var gram = ComplexMatrix(rows: width * ways.count, columns: width * ways.count)
        for i in ways.indices {
            for j in ways.indices {
                let shares = Double(ways[i].share * ways[j].share).squareRoot()
                let scale = shares * PrecoderSearch.kernel(Double(ways[i].sine - ways[j].sine), elements)
                guard let left = roots[i], let right = roots[j] else {
                    gram[i, j] = Complex(scale)
                    continue
                }
                for row in 0..<2 {
                    for column in 0..<2 {
                        let product =
                            left[row, 0] * right[0, column] + left[row, 1] * right[1, column]
                        gram[2 * i + row, 2 * j + column] = scale * product
                    }
                }
            }
        }
        let values = HermitianEigenvectors(gram).values
        return (max(0, values[0]), values.count > 1 ? max(0, values[1]) : 0)
    }

    /// Hermitian square root of a pair's covariance: `(P + d I) / t`, d the root of its determinant,
    /// `t^2 = trace + 2 d`.
    private static func root(_ pair: CrossedPair) -> ComplexMatrix {
        let (a, b) = (max(0, Double(pair.firstPower)), max(0, Double(pair.secondPower)))
        let coherence = Complex(Double(pair.coherenceReal), Double(pair.coherenceImaginary))
        let determinant = max(0, a * b - coherence.squaredMagnitude).squareRoot()
        let trace = (a + b + 2 * determinant).squareRoot()
        var root = ComplexMatrix(rows: 2, columns: 2)
        guard trace > 0 else { return root }
        root[0, 0] = Complex((a + determinant) / trace)
        root[1, 1] = Complex((b + determinant) / trace)
        root[0, 1] = (1 / trace) * coherence
        root[1, 0] = (1 / trace) * coherence.conjugate
        return root
    }
}
