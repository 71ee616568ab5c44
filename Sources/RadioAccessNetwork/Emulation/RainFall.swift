internal import NetworkModel
internal import RadioPropagation

/// The rain of a run as the radio network has it: from which slot on, and what it takes of every metre of a path.
struct RainFall: Sendable {
    private let changes: [(slot: Int64, dbPerMetre: Double)]
    private var passed = 0

    init(_ configuration: NetworkConfiguration) {
        let attenuation = RainAttenuation(frequencyHz: configuration.carrier.frequencyHz)
        let weather = configuration.weather
        let seconds = configuration.slot.seconds
        let slots = weather.flatMap { [$0.fromSeconds, $0.untilSeconds] }.map { Int64(($0 / seconds).rounded(.up)) }
        changes = slots.sorted().map { slot in
            let rain = weather.millimetresPerHour(atSeconds: Double(slot) * seconds)
            return (slot, attenuation.dbPerMetre(millimetresPerHour: rain))
        }
    }

    /// The rain of a run, and its channel as it is in the first slot.
    static func start(_ configuration: NetworkConfiguration) -> (RainFall, LargeScaleChannel) {
        var rain = RainFall(configuration)
        var channel = LargeScaleChannel(
            cells: configuration.cells, carrier: configuration.carrier, seed: configuration.seed)
        channel.rainDbPerMetre = rain.take(upTo: 0) ?? 0
        return (rain, channel)
    }

    /// Slot of the next change.
    var nextSlot: Int64 { passed < changes.count ? changes[passed].slot : .max }

    /// The newest change up to a slot, dB per metre; nil where there is none that was not taken before.
    mutating func take(upTo slot: Int64) -> Double? {
        var found: Double?
        while passed < changes.count, changes[passed].slot <= slot {
            found = changes[passed].dbPerMetre
            passed += 1
        }
        return found
    }
}

extension EmulatedNetwork {
    /// Renews every user's channel where the rain has changed.
    mutating func followRain() {
        guard let dbPerMetre = rain.take(upTo: slot), dbPerMetre != largeScale.rainDbPerMetre else { return }
        largeScale.rainDbPerMetre = dbPerMetre
        for ue in 0..<ueCount {
            mobility.advance(ue, to: slot)
            refreshLargeScale(ue)
            refreshFading(ue)
        }
        allRatesStale = true
    }
}
