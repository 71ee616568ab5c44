internal import Glibc
internal import Numerics

extension PrecodingProblem {
    /// A seeded drop: `cells` hexagons 200 m apart with `perCell` users each, at 10 to 100 m of their base station;
    /// path loss `(200/d)^3` with 8 dB of shadowing, independent Rayleigh fading per pair of antennas, noise 1, weights
    /// 1.
    ///
    /// - Parameter snrDb: SNR in dB of the full power at 200 m, without shadowing.
    /// - Throws: what of the sizes cannot be used.
    package static func drop(
        cells: Int, perCell: Int, sending: Int, receiving: Int, streams: Int, snrDb: Double = 0, seed: UInt64
    ) throws(Flaw) -> PrecodingProblem {
        let generator = CounterGenerator(seed: seed, purpose: 0x4D49_4D4F)
        let users = max(0, cells * perCell)
        let side = max(1, Int(Double(max(0, cells)).squareRoot().rounded(.up)))
        func site(_ cell: Int) -> (x: Double, y: Double) {
            let (row, column) = (cell / side, cell % side)
            return (200 * (Double(column) + 0.5 * Double(row % 2)), 173.2 * Double(row))
        }
        var channel: [ComplexMatrix] = []
        for user in 0..<users {
            let own = site(user / perCell)
            let radius = (100 + 9_900 * generator.uniform(UInt64(user), 1)).squareRoot()
            let angle = 2 * .pi * generator.uniform(UInt64(user), 2)
            for cell in 0..<cells {
                let other = site(cell)
                let distance = max(
                    10, hypot(own.x + radius * cos(angle) - other.x, own.y + radius * sin(angle) - other.y))
                let key = UInt64(user * cells + cell)
                let gain = pow(10, 0.8 * generator.normal(key, 3)) * pow(200 / distance, 3)
                let amplitude = (0.5 * gain).squareRoot()
                let fading = (0..<UInt64(max(0, receiving * sending))).map { index in
                    Complex(
                        amplitude * generator.normal(key, 10 + 2 * index),
                        amplitude * generator.normal(key, 11 + 2 * index))
                }
                channel.append(
                    ComplexMatrix(rows: max(0, receiving), columns: max(0, sending), elements: fading))
            }
        }
        return try PrecodingProblem(
            cells: cells, sending: sending, receiving: receiving, streams: streams,
            cellOfUser: (0..<users).map { $0 / perCell }, channel: channel,
            powerLimit: [Double](repeating: pow(10, 0.1 * snrDb), count: max(0, cells)),
            weight: [Double](repeating: 1, count: users))
    }
}
