internal import Glibc
package import NetworkModel

/// Where aerial platforms hover, and whom each serves.
///
/// Maximise the weighted rate served less the cost of energy. A user is served at its demand by one platform or not at
/// all. A platform has so many PRBs of its own (platforms use different carriers), a backhaul to the gateway whose rate
/// falls with distance, and spends energy on flying there from its base, on hovering and on sending.
package struct PlacementProblem: Sendable {
    /// A point in metres, z up.
    package struct Position: Hashable, Sendable {
        package var x: Double
        package var y: Double
        package var z: Double

        package init(x: Double, y: Double, z: Double) { (self.x, self.y, self.z) = (x, y, z) }

        /// Distance in metres.
        package func distance(to other: Position) -> Double {
            let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
            return (dx * dx + dy * dy + dz * dz).squareRoot()
        }
    }

    /// Somebody on the ground.
    package struct User: Hashable, Sendable {
        package var position: Position
        /// Rate asked for, in Mbit/s, above 0.
        package var demandMbps: Double
        /// Worth of a Mbit/s, at least 0.
        package var weight: Double

        package init(position: Position, demandMbps: Double, weight: Double) {
            (self.position, self.demandMbps, self.weight) = (position, demandMbps, weight)
        }
    }

    /// What a platform can do, the same for all.
    package struct Platform: Hashable, Sendable {
        package var frequencyHz = 2e9
        package var transmitDbm = 30.0
        /// PRBs of 180 kHz.
        package var prbs = 100
        /// Noise figure of a user, and margin for what else interferes, in dB.
        package var noiseFigureDb = 9.0
        package var marginDb = 3.0
        /// Backhaul: bandwidth, and SNR at 1 km in free space.
        package var backhaulHz = 20e6
        package var backhaulSnrAtKilometreDb = 20.0
        /// Power in watts while hovering, energy in joules per metre flown, time on station in seconds.
        package var hoverWatts = 150.0
        package var joulesPerMetre = 20.0
        package var stationSeconds = 600.0
        /// Value of a joule, in units of weighted Mbit/s over the time on station.
        package var valuePerJoule = 5e-5
        /// Lowest and highest flight level in metres.
        package var lowestMetres = 30.0
        package var highestMetres = 1_000.0

        package init() {}
    }

    package var users: [User]
    package var platform: Platform
    package var channel: AirToGround
    /// Where backhauls end, and where platforms take off.
    package var gateway: Position
    package var base: Position
    /// Platforms, at most.
    package var mostPlatforms: Int

    package init(
        users: [User], platform: Platform, channel: AirToGround, gateway: Position, base: Position, mostPlatforms: Int
    ) {
        precondition(mostPlatforms >= 0 && users.allSatisfy { $0.demandMbps > 0 && $0.weight >= 0 })
        self.users = users
        self.platform = platform
        self.channel = channel
        self.gateway = gateway
        self.base = base
        self.mostPlatforms = mostPlatforms
    }

    /// PRBs that a user needs from a platform at `position`; nil where it is out of reach.
    package func need(_ user: User, from position: Position) -> Double? {
        let (dx, dy) = (user.position.x - position.x, user.position.y - position.y)
        let loss = channel.pathLossDb(
            horizontalMetres: (dx * dx + dy * dy).squareRoot(), heightMetres: position.z - user.position.z,
            frequencyHz: platform.frequencyHz)
        let perPRB = platform.transmitDbm - 10 * log10(Double(platform.prbs))
        let noise = -174 + platform.noiseFigureDb + platform.marginDb + 10 * log10(180e3)
        let snr = pow(10, (perPRB - loss - noise) / 10)
        let efficiency = min(0.75 * log2(1 + snr), 5.55)
        let prbs = (user.demandMbps / (0.18 * efficiency)).rounded(.up)
        return snr >= 0.2 && prbs <= Double(platform.prbs) ? prbs : nil
    }

    /// Rate of the backhaul from `position`, in Mbit/s.
    package func backhaulMbps(from position: Position) -> Double {
        let kilometres = max(0.01, position.distance(to: gateway) / 1_000)
        let snr = pow(10, platform.backhaulSnrAtKilometreDb / 10) / (kilometres * kilometres)
        return platform.backhaulHz * 1e-6 * log2(1 + snr)
    }

    /// What the energy of a platform at `position` costs: there and back, hovering and sending.
    package func cost(of position: Position) -> Double {
        let joules =
            platform.joulesPerMetre * 2 * position.distance(to: base)
            + platform.stationSeconds * (platform.hoverWatts + pow(10, (platform.transmitDbm - 30) / 10))
        return platform.valuePerJoule * joules
    }

    /// Worth of serving a user.
    package func worth(_ user: User) -> Double { user.weight * user.demandMbps }
}

/// Platforms placed, and whom each serves.
package struct Placement: Sendable {
    package var positions: [PlacementProblem.Position]
    /// Index into `positions` of each user's platform, -1 for none.
    package var platformOfUser: [Int]
    /// Weighted rate served less the cost of energy.
    package var value: Double
    /// No placement on the same candidates is worth more; nil where it was not on candidates.
    package var bound: Double?
}
