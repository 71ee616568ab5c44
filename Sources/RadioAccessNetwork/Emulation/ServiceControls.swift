internal import NetworkModel

/// What directives have set of slices, beams and platforms.
struct ServiceControls: Sendable {
    /// Shares of the slices, `[C x S]`, where they are imposed; and what a slice is owed of them, `[C x S x vectors]`.
    var slicesImposed: [Bool]
    var sliceShare: [Float]
    var sliceCredit: [SIMD8<Float>]
    /// Ratio by which the scheduler chose within the slice lately, `[C x S x vectors]`.
    var sliceUsual: [SIMD8<Float>]
    /// Beam that serves the user, or `UInt32.max` for the whole sector, and its gain towards it.
    var beam: [UInt32]
    var beamGain: [Float]
    var platforms: [PlatformFlight]
    /// What a slot carries of the user per subband on average, bits; kept where shares are imposed.
    var expectedBits: [Float]

    init(_ configuration: NetworkConfiguration, users: Int, vectors: Int) {
        let cells = configuration.cells.count
        slicesImposed = [Bool](repeating: false, count: cells)
        sliceShare = [Float](repeating: 0, count: cells * configuration.slices.count)
        sliceCredit = [SIMD8<Float>](repeating: .zero, count: sliceShare.count * vectors)
        sliceUsual = sliceCredit
        beam = [UInt32](repeating: .max, count: users)
        beamGain = [Float](repeating: 1, count: users)
        expectedBits = [Float](repeating: 0, count: users)
        platforms = configuration.cells.compactMap { cell in
            cell.platform.map { PlatformFlight(cell: cell, $0, slotSeconds: configuration.slot.seconds) }
        }
    }
}
