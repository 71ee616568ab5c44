/// Rain over the whole network for some time, as a weather station measures it.
package struct RainPeriod: Hashable, Sendable, Codable {
    /// From the start of the run, `untilSeconds` exclusive.
    package var fromSeconds: Double
    package var untilSeconds: Double
    package var millimetresPerHour: Double

    package init(fromSeconds: Double, untilSeconds: Double, millimetresPerHour: Double) {
        self.fromSeconds = fromSeconds
        self.untilSeconds = untilSeconds
        self.millimetresPerHour = millimetresPerHour
    }
}

extension Array where Element == RainPeriod {
    /// Rain at a time in mm/h, 0 where it is dry; of periods that overlap the heaviest counts.
    package func millimetresPerHour(atSeconds seconds: Double) -> Double {
        reduce(0) { rain, period in
            period.fromSeconds <= seconds && seconds < period.untilSeconds
                ? Swift.max(rain, period.millimetresPerHour) : rain
        }
    }
}

/// The weather as a condition that a twin's error is kept under. Raw values are those of messages.
package enum WeatherClass: UInt32, Hashable, Sendable, Codable, CaseIterable {
    /// Below 0.1 mm/h.
    case dry = 1
    /// Below 10 mm/h: light and moderate rain.
    case rain
    case heavyRain

    package init(millimetresPerHour rain: Double) { self = rain < 0.1 ? .dry : rain < 10 ? .rain : .heavyRain }

    /// In orders, tables and records.
    package var name: String {
        switch self {
        case .dry: "dry"
        case .rain: "rain"
        case .heavyRain: "heavy_rain"
        }
    }

    /// In prompts.
    package var words: String { self == .heavyRain ? "heavy rain" : name }
}

/// What a channel twin's error depends on: how most users move, and the weather.
package struct TwinCondition: Hashable, Sendable {
    package var mobility: MobilityClass
    package var weather: WeatherClass

    package init(_ mobility: MobilityClass, _ weather: WeatherClass = .dry) {
        self.mobility = mobility
        self.weather = weather
    }

    /// Conditions that there are in a network that names no weather, and in one that does.
    package static let dryCount = MobilityClass.allCases.count
    package static let count = dryCount * WeatherClass.allCases.count

    /// Stands in messages for the condition of a cell of which too little is known.
    package static let unknown = UInt32.max

    /// Dry conditions first, in the order of `index`.
    package static let all: [TwinCondition] = WeatherClass.allCases.flatMap { weather in
        MobilityClass.allCases.map { TwinCondition($0, weather) }
    }

    /// 0 ..< `count`; below `dryCount` where it is dry.
    package var index: Int { TwinCondition.dryCount * (Int(weather.rawValue) - 1) + Int(mobility.rawValue) - 1 }

    /// In orders, tables and records: `walking`, `walking_heavy_rain`.
    package var name: String { weather == .dry ? mobility.name : "\(mobility.name)_\(weather.name)" }

    package init?(name: String) {
        guard let found = TwinCondition.all.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
