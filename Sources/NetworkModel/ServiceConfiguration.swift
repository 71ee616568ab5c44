/// A network slice: a part of the UEs, and what is guaranteed to each of them.
package struct SliceConfiguration: Hashable, Sendable, Codable {
    package var name: String
    /// Share of all UEs that belong to it, 0 ... 1; the shares of all slices add up to 1.
    package var fraction: Double
    /// Rate guaranteed to each of its UEs in bit/s, 0 for none.
    package var rateBps: Double
    /// Bound on the delay of its packets in seconds, nil for none; costs rate by the effective bandwidth.
    package var delaySeconds: Double?
    /// Weight of its UEs where guarantees contend, and in the division of what they leave, above 0.
    package var weight: Double
    /// Its 5QI (TS 23.501 Table 5.7.4-1) as the topology says it; nil for the loosest that keeps what it guarantees.
    package var fiveQI: Int?

    package init(
        name: String, fraction: Double, rateBps: Double = 0, delaySeconds: Double? = nil, weight: Double = 1,
        fiveQI: Int? = nil
    ) {
        self.name = name
        self.fraction = fraction
        self.rateBps = rateBps
        self.delaySeconds = delaySeconds
        self.weight = weight
        self.fiveQI = fiveQI
    }
}

/// Another user of the band that must be protected, such as a radar: where it is, when it listens, and to what.
package struct IncumbentConfiguration: Hashable, Sendable, Codable {
    package var name: String
    package var xMetres: Double
    package var yMetres: Double
    package var heightMetres: Double
    /// When it begins to listen and when it has gone, in seconds from the start of the run; and the deviation of both.
    package var arrivalSeconds: Double
    package var departureSeconds: Double
    package var timeDeviationSeconds: Double
    /// Subbands that it uses.
    package var subbands: [Int]
    /// Most interference that it bears per subband.
    package var limitDbm: Double

    package init(
        name: String, xMetres: Double, yMetres: Double, heightMetres: Double, arrivalSeconds: Double,
        departureSeconds: Double, timeDeviationSeconds: Double, subbands: [Int], limitDbm: Double
    ) {
        self.name = name
        self.xMetres = xMetres
        self.yMetres = yMetres
        self.heightMetres = heightMetres
        self.arrivalSeconds = arrivalSeconds
        self.departureSeconds = departureSeconds
        self.timeDeviationSeconds = timeDeviationSeconds
        self.subbands = subbands
        self.limitDbm = limitDbm
    }
}

/// An aerial platform that carries a cell.
package struct PlatformConfiguration: Hashable, Sendable, Codable {
    /// Highest speed over ground.
    package var speedKmh: Double
    /// Lowest and highest flight level.
    package var lowestMetres: Double
    package var highestMetres: Double
    /// How far it may be from where it stands in the file.
    package var rangeMetres: Double

    package init(speedKmh: Double, lowestMetres: Double, highestMetres: Double, rangeMetres: Double) {
        self.speedKmh = speedKmh
        self.lowestMetres = lowestMetres
        self.highestMetres = highestMetres
        self.rangeMetres = rangeMetres
    }
}
