internal import NetworkModel

/// A platform as the file has it.
struct PlatformDeclaration: Sendable {
    var name: Located<String>
    var xMetres: Double
    var yMetres: Double
    var heightMetres: Double
    var region: Located<String>?
    var transmitPowerDbm: Double
    var limits: PlatformConfiguration

    init(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        name = node.required("name").text
        xMetres = node.required("x").number.value
        yMetres = node.required("y").number.value
        region = node["region"]?.text
        transmitPowerDbm = node.required("transmit_power").number.value
        let (height, lowest, highest) = (
            node.required("height").number, node.required("lowest").number, node.required("highest").number
        )
        heightMetres = height.value
        limits = PlatformConfiguration(
            speedKmh: node.required("speed").number.value, lowestMetres: lowest.value, highestMetres: highest.value,
            rangeMetres: node.required("range").number.value)
        if lowest.value > highest.value {
            collector.add("the lowest flight level lies above the highest", at: lowest.position, key: lowest.path)
        } else if !(lowest.value...highest.value).contains(height.value) {
            collector.add(
                "the height lies outside the flight levels from \(lowest.value) m to \(highest.value) m",
                at: height.position ?? node.position, key: height.path)
        }
    }
}

extension TopologyDocument {
    /// In a replay nothing of these could be observed.
    func checkReplayed(_ root: CheckedNode, _ collector: inout DiagnosticCollector) {
        guard replayPath != nil else { return }
        for key in ["slices", "incumbents", "platforms"] {
            guard let node = root[key] else { continue }
            collector.add("a replay has no \(key)", at: node.position, key: node.path)
        }
        let game = root.required("game")
        for (key, isDefault) in [
            ("association", self.game.association == .a3), ("scheduling", self.game.scheduling == .proportionalFair),
        ] where !isDefault {
            let node = game.required(key)
            collector.add("in a replay this is a fact that nothing decides", at: node.position, key: node.path)
        }
    }

    /// The slices, whose fractions must add up to 1.
    static func slices(_ node: CheckedNode?, _ collector: inout DiagnosticCollector) -> [SliceConfiguration] {
        guard let node else { return [] }
        let slices = node.entries.map { entry in
            var slice = SliceConfiguration(
                name: entry.key.value, fraction: entry.value.required("fraction").number.value,
                rateBps: entry.value.required("rate").number.value,
                delaySeconds: entry.value["delay"]?.number.value,
                weight: entry.value.required("weight").number.value)
            guard let number = entry.value["five_qi"]?.integer else { return slice }
            slice.fiveQI = number.value
            if let flaw = slice.flawOfFiveQI { collector.add(flaw, at: number) }
            return slice
        }
        let sum = slices.reduce(0) { $0 + $1.fraction }
        if !slices.isEmpty, abs(sum - 1) > 1e-6 {
            collector.add("the fractions of all slices add up to \(sum), not to 1", at: node.position, key: node.path)
        }
        return slices
    }
}

extension SliceConfiguration {
    /// What its 5QI and what it guarantees have against each other, and what to do; nil for nothing.
    fileprivate var flawOfFiveQI: String? {
        guard let fiveQI else { return nil }
        guard let row = FiveQI.row(fiveQI) else {
            let known = FiveQI.all.map(\.number).sorted().map(String.init).joined(separator: ", ")
            return "TS 23.501 Table 5.7.4-1 has no 5QI \(fiveQI); it has \(known)"
        }
        let nearest = FiveQI.nearest(hasRate: rateBps > 0, delayMs: delaySeconds.map { $0 * 1e3 })
        if row.resource == .none, rateBps > 0 {
            return "\(row.name) guarantees no rate, and the slice does: take one that does, as \(nearest.number)"
        }
        if row.resource != .none, rateBps == 0 {
            return "\(row.name) guarantees a rate, and the slice none: give it a 'rate', or take \(nearest.number)"
        }
        if let delaySeconds, delaySeconds * 1e3 > row.delayMs {
            return "\(row.name) bounds the delay by \(row.delayMs) ms, and the slice by \(delaySeconds * 1e3) ms: "
                + "shorten its 'delay', or take \(nearest.number)"
        }
        return nil
    }
}

extension RainPeriod {
    init(_ node: CheckedNode, _ collector: inout DiagnosticCollector) {
        let (from, until) = (node.required("from").number, node.required("until").number)
        if from.value >= until.value {
            collector.add("the rain ends before it begins", at: from.position ?? node.position, key: from.path)
        }
        self.init(
            fromSeconds: from.value, untilSeconds: until.value,
            millimetresPerHour: node.required("rain").number.value)
    }
}

extension IncumbentConfiguration {
    init(_ node: CheckedNode, subbands: Int, _ collector: inout DiagnosticCollector) {
        let (first, last) = (node.required("first_subband").integer, node.required("last_subband").integer)
        let (from, until) = (node.required("from").number, node.required("until").number)
        if first.value > last.value {
            collector.add("the first subband lies behind the last", at: first)
        } else if last.value >= subbands {
            collector.add("the carrier has subbands 0 to \(subbands - 1)", at: last)
        }
        if from.value >= until.value {
            collector.add("it has gone before it comes", at: from.position ?? node.position, key: from.path)
        }
        self.init(
            name: node.required("name").text.value, xMetres: node.required("x").number.value,
            yMetres: node.required("y").number.value, heightMetres: node.required("height").number.value,
            arrivalSeconds: from.value, departureSeconds: until.value,
            timeDeviationSeconds: node.required("deviation").number.value,
            subbands: Array(first.value...max(first.value, last.value)),
            limitDbm: node.required("limit").number.value)
    }
}
