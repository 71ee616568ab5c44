package import NetworkModel

/// With which adapter the model is served, and with which it should be: one at a time, as long as what it was trained
/// for is found.
package struct AdapterChoice: Sendable {
    private let adapters: [LanguageConfiguration.Adapter]
    /// Name of the adapter in force; `LanguageConfiguration.Adapter.unloaded` for none.
    package private(set) var loaded = LanguageConfiguration.Adapter.unloaded
    /// Decision that loaded it.
    package private(set) var number: UInt64 = 0
    /// When something last called for it.
    private var calledSeconds = 0.0

    /// An adapter stays for so long behind the last situation that called for it: with every change the model reads its
    /// instructions anew, and answers that are known are forgotten.
    package static let stayingSeconds = 60.0

    package init(_ adapters: [LanguageConfiguration.Adapter]) { self.adapters = adapters }

    /// The change that a situation calls for; nil where there is none.
    ///
    /// - Parameters:
    ///   - weather: nil where no station is named, which is as if it were dry.
    ///   - seconds: from the start of the radio network.
    package mutating func change(_ findings: [Finding], weather: WeatherClass?, seconds: Double) -> ActionForm? {
        let holding = findings.compactMap(\.condition) + [(weather ?? .dry).condition]
        let called = adapters.filter { adapter in adapter.conditions.contains { holding.contains($0) } }
        let isLoaded = loaded != LanguageConfiguration.Adapter.unloaded
        if isLoaded, called.contains(where: { $0.name == loaded }) { calledSeconds = seconds }
        guard !isLoaded || seconds - calledSeconds >= AdapterChoice.stayingSeconds else { return nil }
        guard let name = called.first?.name ?? (isLoaded ? LanguageConfiguration.Adapter.unloaded : nil) else {
            return nil
        }
        return ActionForm(action: ActionKind.loadAdapter.rawValue, name: name)
    }

    /// Takes that the server serves with another adapter since a decision.
    package mutating func take(_ name: String, number: UInt64, seconds: Double) {
        (loaded, self.number, calledSeconds) = (name, number, seconds)
    }
}

extension Finding {
    /// What it says that an adapter may have been trained for.
    fileprivate var condition: LanguageConfiguration.Adapter.Condition? {
        switch self {
        case .starved: .starved
        case .surge: .surge
        case .idle: .idle
        case .sliceAtRisk: .sliceAtRisk
        case .drift, .forecastDrift: .drift
        case .incumbent: .incumbent
        case .alarm: .alarm
        case .conflict, .leadersOpposed: .conflict
        case .intent: .intent
        case .clarification, .harm: nil
        }
    }
}

extension WeatherClass {
    fileprivate var condition: LanguageConfiguration.Adapter.Condition {
        switch self {
        case .dry: .dry
        case .rain: .rain
        case .heavyRain: .heavyRain
        }
    }
}
