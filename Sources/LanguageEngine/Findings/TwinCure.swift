package import NetworkModel

/// What a channel twin needs that errs more than it usually does, by what the error looks like.
package enum TwinCure: Hashable, Sendable {
    /// The error is local, or nothing milder helped: learn anew.
    case retrain
    /// The error is everywhere: follow faster or slower.
    case tune(TwinParameter, factor: Double)
    /// The condition has been seen before.
    case recall(TwinCondition)

    /// What L3 knows of the error of one cell's twin.
    package struct Signs: Hashable, Sendable {
        /// The error at one place is well above that of the whole cell.
        package var isLocal = false
        /// How most users move now, and how they did when the model in use was kept or loaded last.
        package var mobility: MobilityClass?
        package var modelMobility: MobilityClass?
        /// The weather now, dry where nobody says, and when the model in use was kept or loaded last.
        package var weather = WeatherClass.dry
        package var modelWeather: WeatherClass?
        /// Bit i is set where the engine keeps a snapshot for the condition of index i.
        package var snapshots: UInt32 = 0
        /// The last order, and whether the error settled no lower than it was before it.
        package var last: Order?
        package var lastFailed = false

        package enum Order: Hashable, Sendable { case retrain, tune, recall }

        package init() {}

        /// Condition now, and of the model in use; nil where it is not known how users move.
        var condition: TwinCondition? { mobility.map { TwinCondition($0, weather) } }
        var modelCondition: TwinCondition? { modelMobility.map { TwinCondition($0, modelWeather ?? .dry) } }
    }

    /// A condition seen before is gone back to; an error at one place is learnt anew there; one that is everywhere is
    /// followed: a shorter memory where the weather is another than the model knew, which changes all links by their
    /// length, faster links where users move faster than it knew, noisier readings where they stand still, else a
    /// shorter memory. What has not helped is not tried twice in a row.
    package init(_ signs: Signs) {
        let failed = signs.lastFailed ? signs.last : nil
        if let condition = signs.condition, condition != signs.modelCondition, failed != .recall,
            signs.snapshots & 1 << UInt32(condition.index) != 0
        {
            self = .recall(condition)
        } else if signs.isLocal && failed != .retrain {
            self = .retrain
        } else if failed == .tune {
            self = .retrain
        } else if let known = signs.modelWeather, known != signs.weather {
            self = .tune(.memory, factor: 0.1)
        } else if let now = signs.mobility, let before = signs.modelMobility, now.rawValue > before.rawValue {
            self = .tune(.residualTime, factor: 0.25)
        } else if signs.mobility == .still {
            self = .tune(.readingNoise, factor: 2)
        } else {
            self = .tune(.memory, factor: 0.1)
        }
    }
}
