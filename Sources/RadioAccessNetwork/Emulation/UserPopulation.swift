internal import Glibc
internal import NetworkModel
internal import Numerics
internal import RadioPropagation

/// The users of a scenario at slot 0: class, traffic, place, and when their channel is first renewed.
struct UserPopulation {
    var isCar: [Bool] = []
    var isFullBuffer: [Bool] = []
    var dopplerRate: [UInt32] = []
    var cadence: [UserCadence] = []
    /// First renewals, spread over the cadence so that no slot carries them all.
    var firstLargeScale: [Int64] = []
    var firstFading: [Int64] = []
    var firstMeasurement: [Int64] = []
    var mobility: MobilityModel

    /// Whoever is slower, in m/s, stands still: segments and renewals of more slots than can be counted would follow.
    private static let leastSpeed = 1e-6

    init(_ configuration: NetworkConfiguration, _ emulation: EmulationConfiguration, largeScale: LargeScaleChannel) {
        let seed = configuration.seed
        let seconds = configuration.slot.seconds
        let users = UserPopulation.count(configuration, emulation)
        let kind = CounterGenerator(seed: seed, purpose: RandomPurpose.userClass)
        let stagger = CounterGenerator(seed: seed, purpose: RandomPurpose.stagger)
        var metresPerSlot: [Double] = []
        for ue in 0..<UInt64(users) {
            let car = kind.uniform(ue) < emulation.carFraction
            isCar.append(car)
            isFullBuffer.append(kind.uniform(ue, 1) >= emulation.ftpFraction)
            let wanted = (car ? emulation.carSpeedKmh : emulation.pedestrianSpeedKmh) / 3.6
            let speed = wanted < UserPopulation.leastSpeed ? 0 : wanted
            metresPerSlot.append(speed * seconds)
            let doppler = EmulatedNetwork.dopplerHz(speed: speed, carrier: configuration.carrier)
            dopplerRate.append(FadingChannel.rate(dopplerHz: doppler, slotSeconds: seconds))
            let renewals = UserCadence(speed: speed, doppler: doppler, seconds: seconds, fades: emulation.fades)
            cadence.append(renewals)
            let measurement = max(1, Int64((0.04 / seconds).rounded()))
            firstLargeScale.append(1 + Int64(stagger.bits(ue, 0) % UInt64(renewals.largeScaleSlots)))
            firstMeasurement.append(1 + Int64(stagger.bits(ue, 2) % UInt64(measurement)))
            let fades = renewals.fadingSlots < .max
            firstFading.append(fades ? 1 + Int64(stagger.bits(ue, 1) % UInt64(renewals.fadingSlots)) : .max)
        }
        let area = ServiceArea(cells: configuration.cells)
        var starts = UserPopulation.drop(
            area: area, seed: seed, cells: configuration.cells, perCell: emulation.uesPerCell, largeScale)
        UserPopulation.gather(&starts, emulation, seed: seed)
        mobility = MobilityModel(area: area, seed: seed, starts: starts, metresPerSlot: metresPerSlot, isCar: isCar)
    }

    /// Users of a network: platforms come to where users are, and bring none.
    static func count(_ configuration: NetworkConfiguration, _ emulation: EmulationConfiguration) -> Int {
        configuration.cells.count { $0.platform == nil } * emulation.uesPerCell
    }

    /// Uniform points, each given to the cell on the ground that is strongest there until every cell has its number;
    /// points that are left when a cell cannot be filled go wherever they fall.
    private static func drop(
        area: ServiceArea, seed: UInt64, cells: [CellConfiguration], perCell: Int, _ largeScale: LargeScaleChannel
    ) -> [(x: Double, y: Double)] {
        let draw = CounterGenerator(seed: seed, purpose: RandomPurpose.drop)
        let onGround = cells.indices.filter { cells[$0].platform == nil }
        var points = [(x: Double, y: Double)?](repeating: nil, count: onGround.count * perCell)
        var filled = [Int](repeating: 0, count: onGround.count)
        var gains = [Float](repeating: 0, count: cells.count)
        var open = points.count
        for attempt in 0..<UInt64(40 * max(1, points.count)) where open > 0 {
            let point = area.point(draw, entity: attempt, time: 0)
            gains.withUnsafeMutableBufferPointer { largeScale.writeMeanGains(x: point.x, y: point.y, to: $0) }
            var best = 0
            for place in onGround.indices where gains[onGround[place]] > gains[onGround[best]] { best = place }
            guard filled[best] < perCell else { continue }
            points[best * perCell + filled[best]] = point
            filled[best] += 1
            open -= 1
        }
        return points.enumerated().map { index, point in
            point ?? area.point(draw, entity: UInt64(index), time: 64)
        }
    }
}

extension UserPopulation {
    /// Moves the crowd's share of users to where it stands.
    private static func gather(
        _ starts: inout [(x: Double, y: Double)], _ emulation: EmulationConfiguration, seed: UInt64
    ) {
        guard emulation.crowdFraction > 0 else { return }
        let draw = CounterGenerator(seed: seed, purpose: RandomPurpose.crowd)
        for ue in starts.indices where draw.uniform(UInt64(ue)) < emulation.crowdFraction {
            let radius = emulation.crowdRadiusMetres * draw.uniform(UInt64(ue), 1).squareRoot()
            let angle = 2 * Double.pi * draw.uniform(UInt64(ue), 2)
            starts[ue] = (
                emulation.crowdXMetres + radius * cos(angle), emulation.crowdYMetres + radius * sin(angle)
            )
        }
    }

    /// Slice of each user, by the slices' fractions; empty where there are none.
    static func slices(_ configuration: NetworkConfiguration, users: Int) -> [UInt32] {
        guard !configuration.slices.isEmpty else { return [] }
        let draw = CounterGenerator(seed: configuration.seed, purpose: RandomPurpose.slice)
        return (0..<users).map { ue in
            var rest = draw.uniform(UInt64(ue))
            for (slice, declared) in configuration.slices.enumerated() {
                rest -= declared.fraction
                if rest < 0 { return UInt32(slice) }
            }
            return UInt32(configuration.slices.count - 1)
        }
    }
}

extension UserCadence {
    init(speed: Double, doppler: Double, seconds: Double, fades: Bool) {
        largeScaleSlots = speed > 0 ? max(1, Int64(1 / (speed * seconds))) : Int64(1 << 40)
        fadingSlots = fades && doppler > 0 ? max(1, Int64(0.423 / doppler / 8 / seconds)) : .max
    }
}

extension EmulatedNetwork {
    /// Largest Doppler shift at a speed in m/s.
    static func dopplerHz(speed: Double, carrier: CarrierConfiguration) -> Double {
        speed * carrier.frequencyHz / 299_792_458
    }
}
