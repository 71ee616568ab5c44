import NetworkModel
import Testing
import Topology

/// Slices, incumbents, platforms, and who decides what.
@Suite struct ServiceTests {
    @Test func servicesAreRead() throws {
        let plan = try Fixtures.resolve(
            Fixtures.small(
                """
                slices:
                  plain: {fraction: 0.75}
                  urgent: {fraction: 25%, rate: 1Mbit/s, delay: 20ms, weight: 3, five_qi: 84}
                incumbents:
                  - {name: radar, x: 1km, y: 0m, from: 2s, until: 5s, deviation: 100ms, first_subband: 2,
                     last_subband: 3, limit: -90dBm}
                platforms:
                  - {name: kite, x: 10m, y: 20m, region: west, height: 60m, speed: 36km/h}
                scenario: {emulated: {beams: 16, crowd_fraction: 0.5, crowd_x: 5m}}
                game: {association: leader, scheduling: shares}
                weather:
                  - {from: 2s, until: 1min, rain: 12mm/h}
                  - {from: 30s, rain: 60mm/h}

                """)
        ).plan
        let network = plan.network
        #expect(network.slices.map(\.name) == ["plain", "urgent"])
        #expect(network.slices.map(\.fiveQI) == [nil, 84])
        #expect(network.slices[1].delaySeconds == 0.02 && network.slices[1].rateBps == 1e6)
        #expect(network.incumbents.first?.subbands == [2, 3])
        #expect(network.weather.map(\.millimetresPerHour) == [12, 60])
        #expect(network.weather.map(\.fromSeconds) == [2, 30] && network.weather[0].untilSeconds == 60)
        let kite = try #require(network.cells.last)
        #expect(kite.name == "kite" && kite.azimuthDegrees == nil && kite.platform?.speedKmh == 36)
        #expect(plan.nodes(of: .edge)[0].cells.contains(kite.id))
        #expect(network.beams == 16 && network.decidesPerUE)
        #expect(network.game.association == .leader && network.game.scheduling == .shares)
    }

    @Test(
        arguments: [
            (
                "slices:\n  a: {fraction: 0.5}\n",
                "t.yaml:20:3: slices: the fractions of all slices add up to 0.5, not to 1"
            ),
            (
                "slices:\n  a: {fraction: 1, five_qi: 81}\n",
                "t.yaml:20:29: slices.a.five_qi: TS 23.501 Table 5.7.4-1 has no 5QI 81; it has 1, 2, 3, 4, 5, 6, "
            ),
            (
                "slices:\n  a: {fraction: 1, five_qi: 2}\n",
                "slices.a.five_qi: 5QI 2 guarantees a rate, and the slice none: give it a 'rate', or take 9"
            ),
            (
                "slices:\n  a: {fraction: 1, rate: 1Mbit/s, five_qi: 7}\n",
                "slices.a.five_qi: 5QI 7 guarantees no rate, and the slice does: take one that does, as 4"
            ),
            (
                "slices:\n  a: {fraction: 1, rate: 1Mbit/s, delay: 20ms, five_qi: 85}\n",
                "5QI 85 bounds the delay by 5.0 ms, and the slice by 20.0 ms: shorten its 'delay', or take 90"
            ),
            ("slices:\n  a: {rate: 1Mbit/s}\n", "t.yaml:20:6: slices.a.fraction: missing: "),
            (
                "incumbents:\n  - {name: r, x: 0m, y: 0m, first_subband: 6, last_subband: 8, limit: -90dBm}\n",
                "incumbents[0].last_subband: the carrier has subbands 0 to 7"
            ),
            (
                "incumbents:\n  - {name: r, x: 0m, y: 0m, first_subband: 6, last_subband: 5, limit: -90dBm}\n",
                "incumbents[0].first_subband: the first subband lies behind the last"
            ),
            (
                "incumbents:\n  - {name: r, x: 0m, y: 0m, first_subband: 0, last_subband: 5, limit: -90dBm, "
                    + "from: 5s, until: 5s}\n",
                "incumbents[0].from: it has gone before it comes"
            ),
            (
                "platforms:\n  - {name: k, x: 0m, y: 0m, region: west, lowest: 200m}\n",
                "platforms[0].lowest: the lowest flight level lies above the highest"
            ),
            (
                "platforms:\n  - {name: k, x: 0m, y: 0m, region: west, height: 20m}\n",
                "platforms[0].height: the height lies outside the flight levels"
            ),
            ("weather:\n  - {from: 5s, until: 5s, rain: 1mm/h}\n", "weather[0].from: the rain ends before it begins"),
            ("weather:\n  - {from: 5s, rain: 1mm}\n", "weather[0].rain: "),
            ("platforms:\n  - {name: k, x: 0m, y: 0m}\n", "platforms[0].name: platform 'k' needs a region"),
            (
                "platforms:\n  - {name: k, x: 0m, y: 0m, region: wset}\n",
                "platforms[0].region: no region 'wset'"
            ),
            (
                "platforms:\n  - {name: a, x: 0m, y: 0m, region: west}\n",
                "platforms[0].name: 'a' names a cell already"
            ),
        ])
    func whatContradictsItselfIsNamed(extra: String, expected: String) {
        let found = Fixtures.diagnostics(Fixtures.small(extra))
        #expect(found.count == 1 && found.first?.contains(expected) == true, "\(found)")
    }

    @Test func aReplayHasNoServices() throws {
        let text =
            try Fixtures.text("drive-replay.yaml")
            + "slices:\n  a: {fraction: 1}\nplatforms:\n  - {name: k, x: 0m, y: 0m}\n"
        let found = Fixtures.diagnostics(text, traces: .init(replayCells: Fixtures.replayCells(10)))
        #expect(found.contains { $0.contains("slices: a replay has no slices") })
        #expect(found.contains { $0.contains("platforms: a replay has no platforms") })
    }
}
