internal import NetworkModel
internal import RadioPropagation

/// What directives have set of masks, slices, beams and platforms, and what they are set on.
struct ServiceControls: Sendable {
    /// Beams of a sector; nil where it has one.
    let codebook: BeamCodebook?
    /// Slices, and the slice of each user; empty where there are none.
    let sliceCount: Int
    let sliceOf: [UInt32]
    /// Powers asked for, and the highest powers that masks allow, `[C x vectors]`.
    var requestedPower: [SIMD8<Float>]
    var cap: [SIMD8<Float>]
    /// Ceiling of the spectral efficiency of each cell's users, bit/s/Hz.
    var ceiling: [Float]
    /// Slot in which the user came to its cell.
    var attachedSlot: [Int64]
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

    init(
        _ configuration: NetworkConfiguration, _ emulation: EmulationConfiguration, users: Int,
        radio: RadioConstants, power: [SIMD8<Float>]
    ) {
        let (cells, vectors) = (configuration.cells.count, radio.vectors)
        codebook = emulation.beams > 1 ? BeamCodebook(beams: emulation.beams) : nil
        sliceCount = configuration.slices.count
        sliceOf = UserPopulation.slices(configuration, users: users)
        requestedPower = power
        cap = radio.uncapped(cells: cells)
        ceiling = [Float](repeating: radio.maxSpectralEfficiency, count: cells)
        attachedSlot = [Int64](repeating: 0, count: users)
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
