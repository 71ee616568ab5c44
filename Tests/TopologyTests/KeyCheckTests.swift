import NetworkModel
import Testing
import Topology

/// Keys, types, units and ranges, each refused with file, line, column and key.
@Suite struct KeyCheckTests {
    @Test(
        arguments: [
            ("epock: 20ms", "t.yaml:19:1: epock: unknown key; did you mean 'epoch'? allowed: name, seed"),
            ("carrier: {bandwith: 20MHz}", "t.yaml:19:11: carrier.bandwith: unknown key; did you mean 'bandwidth'?"),
            ("carrier: {subband: 4}", "t.yaml:19:11: carrier.subband: unknown key; did you mean 'subbands'?"),
            ("game: {quux: 1}", "t.yaml:19:8: game.quux: unknown key; allowed: timing, solver"),
            ("epoch: 20", "t.yaml:19:8: epoch: '20' has no unit for a time; allowed: ms, s, us, µs, ns, min"),
            ("epoch: 20MHz", "t.yaml:19:8: epoch: unit 'MHz' is not allowed for a time; allowed: ms, s"),
            ("epoch: fast", "t.yaml:19:8: epoch: must be a time such as 20ms from 1ms to 10s, not 'fast'"),
            ("epoch: 11s", "t.yaml:19:8: epoch: must be a time such as 20ms from 1ms to 10s, not '11s'"),
            ("epoch: 0.9ms", "t.yaml:19:8: epoch: must be a time such as 20ms from 1ms to 10s, not '0.9ms'"),
            ("epoch: .nan", "t.yaml:19:8: epoch: must be a time"),
            ("epoch: 1e400s", "t.yaml:19:8: epoch: must be a time"),
            ("epoch:", "t.yaml:19:7: epoch: must be a time such as 20ms from 1ms to 10s, not nothing"),
            ("epoch: [20ms]", "t.yaml:19:8: epoch: must be a time such as 20ms from 1ms to 10s, not a list"),
            ("seed: -1", "t.yaml:19:7: seed: must be a whole number from 0 to 9007199254740991, not '-1'"),
            ("seed: 1.5", "t.yaml:19:7: seed: must be a whole number"),
            ("seed: 99999999999999999999", "t.yaml:19:7: seed: must be a whole number"),
            ("carrier: 5", "t.yaml:19:10: carrier: must be a mapping of keys, not '5'"),
            ("carrier: {frequency: 3.5MHz}", "t.yaml:19:22: carrier.frequency: must be a frequency such as 3.5GHz"),
            (
                "carrier: {frequency: 450MHz}",
                "t.yaml:19:22: carrier.frequency: must be a frequency such as 3.5GHz from 0.5GHz to 100GHz, not '450"
            ),
            ("game: {prices: yes}", "t.yaml:19:16: game.prices: must be true or false, not 'yes'"),
            ("game: {solver: wmmmse}", "t.yaml:19:16: game.solver: 'wmmmse' is not allowed; did you mean 'wmmse'?"),
            ("media: {copper: {}}", "t.yaml:19:9: media.copper: unknown name; allowed: fibre, microwave"),
            ("media: {fiber: {}}", "t.yaml:19:9: media.fiber: unknown name; did you mean 'fibre'?"),
            ("roles: {rann: {host: cloud}}", "t.yaml:19:9: roles.rann: unknown name; did you mean 'ran'?"),
            ("nodes: {Edge: {}}", "t.yaml:19:9: nodes.Edge: a name has 1 to 32 lower-case letters"),
            ("wires: {from: a}", "t.yaml:19:8: wires: must be a list, not a mapping"),
            ("wires: [{to: ran, medium: fibre}]", "t.yaml:19:9: wires[0].from: missing: Sending node."),
            ("scenario: {replay: {path: a}}", "t.yaml:19:20: scenario.replay.format: missing"),
            ("scenario: {emulated: {car_fraction: 120%}}", "t.yaml:19:37: scenario.emulated.car_fraction: must be"),
            ("twin: {baseline: ray}", "t.yaml:19:18: twin.baseline: missing: the ray baseline needs scene"),
            ("twin: {scene: a.xml}", "t.yaml:19:15: twin.scene: only the ray baseline has scene, this one is log-"),
            ("twin: {baseline: rays}", "t.yaml:19:18: twin.baseline: 'rays' is not allowed; did you mean 'ray'?"),
            ("twin: {interactions: [los, spekular]}", "t.yaml:19:28: twin.interactions[1]: 'spekular' is not allowed"),
            ("twin: {scene_edits: e.json}", "t.yaml:19:21: twin.scene_edits: only the ray baseline has scene_edits"),
            (
                "twin: {scene_latitude: 48deg}",
                "t.yaml:19:24: twin.scene_latitude: only of a GeoJSON scene of the ray baseline; the baseline is log-"
            ),
            (
                "twin: {baseline: ray, scene: a.xml, building_height: 9m}",
                "t.yaml:19:54: twin.building_height: only of a GeoJSON scene of the ray baseline; a.xml is none"
            ),
            (
                "twin: {baseline: ray, scene: a.geojson, scene_latitude: 48deg}",
                "t.yaml:19:57: twin.scene_latitude: an origin is scene_latitude with scene_longitude, or scene_x with"
            ),
            ("twin: {deadline: 0s}", "t.yaml:19:18: twin.deadline: "),
            ("twin: {spacing: 5}", "t.yaml:19:17: twin.spacing: '5' has no unit for a length"),
            ("context: {store: mysql}", "t.yaml:19:18: context.store: 'mysql' is not allowed"),
            ("context: {connection_env: 'host=db password=x'}", "t.yaml:19:27: context.connection_env: must be the na"),
            ("context: {raw: 2000min}", "t.yaml:19:16: context.raw: context.raw is longer than context.fine"),
            ("context: {retention: 20s}", "t.yaml:19:22: context.retention: context.fine is longer than context.re"),
            ("? [a, b]\n: c", "t.yaml:19:3: a key must be a word, not a list"),
        ])
    func refuses(line: String, expected: String) {
        let found = Fixtures.diagnostics(Fixtures.small(line + "\n"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func reportsEverythingInFileOrder() {
        let text = """
            name: Two Words
            epoch: 5
            hosts: {a: {lables: field}}
            links: [{from: a, to: b, medium: copper}]
            """
        let found = Fixtures.diagnostics(text)
        #expect(
            found.map { $0.split(separator: ": ")[0] + " " + $0.split(separator: ": ")[1] } == [
                "t.yaml:1:7 name", "t.yaml:2:8 epoch", "t.yaml:3:13 hosts.a.lables", "t.yaml:4:34 links[0].medium",
            ])
    }

    @Test(
        arguments: [
            ("epoch: 20ms", Instant.Span.milliseconds(20)), ("epoch: 0.02s", .milliseconds(20)),
            ("epoch: 20000us", .milliseconds(20)), ("epoch: 2e1 ms", .milliseconds(20)),
            ("epoch: '20ms'", .milliseconds(20)), ("epoch: +1.5s", .milliseconds(1500)),
        ])
    func readsUnits(line: String, expected: Instant.Span) throws {
        #expect(try Fixtures.resolve(Fixtures.small(line + "\n")).plan.network.epoch == expected)
    }

    @Test func defaultsOfTheTableAreThoseOfTheModel() throws {
        let network = try Fixtures.resolve(Fixtures.small()).plan.network
        #expect(network.scenario == .emulated(EmulationConfiguration()))
        #expect(network.carrier == CarrierConfiguration())
        #expect(network.game == GameConfiguration())
        #expect(try Fixtures.resolve(Fixtures.small()).plan.context == ContextConfiguration())
        #expect(network.seed == 1 && network.epoch == .milliseconds(20) && network.slot == .milliseconds(1))
    }

    @Test func everyKeyOfTheContextArrives() throws {
        let text = Fixtures.small(
            "context: {store: off, connection_env: LAB_DB2, sampling: 2s, raw: 30s, fine: 60s, retention: 2min}\n")
        var context = ContextConfiguration()
        (context.store, context.connectionVariable, context.sampling) = (.off, "LAB_DB2", .seconds(2))
        (context.raw, context.fine, context.retention) = (.seconds(30), .seconds(60), .seconds(120))
        #expect(try Fixtures.resolve(text).plan.context == context)
    }

    @Test(
        arguments: [
            ("scene_latitude: 48.137deg, scene_longitude: -11.5deg", (48.137, -11.5), nil),
            ("scene_x: 691km, scene_y: 5334000m", nil, (691_000.0, 5_334_000.0)),
        ] as [(String, (Double, Double)?, (Double, Double)?)])
    func aSceneOfFootprintsIsPlaced(keys: String, degrees: (Double, Double)?, metres: (Double, Double)?) throws {
        let text = Fixtures.small("twin: {baseline: ray, scene: town.geojson, \(keys), building_height: 7m}\n")
        let resolved = try Fixtures.resolve(text)
        let twin = resolved.plan.network.twin
        if let degrees { #expect(twin.sceneOrigin == .degrees(latitude: degrees.0, longitude: degrees.1)) }
        if let metres { #expect(twin.sceneOrigin == .metres(x: metres.0, y: metres.1)) }
        #expect(twin.buildingHeightMetres == 7)
        let read = try WiringPlan(jsonData: resolved.plan.jsonData())
        #expect(read.network.twin == twin)
    }

    @Test func everyKeyOfEmulationAndGameArrives() throws {
        let text = Fixtures.small(
            hierarchy: "fch",
            """
            seed: 7
            slot: 500us
            carrier: {frequency: 2GHz, bandwidth: 10MHz, subbands: 4, noise_figure: 7dB, snr_gap: 1dB,
              max_spectral_efficiency: 5}
            scenario:
              emulated: {ues_per_cell: 3, car_fraction: 25%, pedestrian_speed: 1m/s, car_speed: 50km/h,
                ftp_fraction: 0.5, ftp_file_size: 2MB, ftp_files_per_second: 3, position_deviation: 5m,
                position_missing: 0.2, gain_step: 1dB, reported_neighbours: 4, measurement_delay: 2ms,
                delay_spread: 100ns, handover_offset: 2dB, time_to_trigger: 80ms, fast_fading: false,
                averaged_gains: false, link_adaptation: reported}
            game: {timing: asynchronous, solver: wmmse, alpha: 2, rounds: 5, damping: 0.25, prices: false,
              expiry_epochs: 3, mcs: radio-network}

            """)
        let network = try Fixtures.resolve(text).plan.network
        var emulation = EmulationConfiguration()
        (emulation.uesPerCell, emulation.carFraction, emulation.pedestrianSpeedKmh) = (3, 0.25, 3.6)
        (emulation.carSpeedKmh, emulation.ftpFraction, emulation.ftpFileBytes) = (50, 0.5, 2e6)
        (emulation.ftpFilesPerSecond, emulation.positionDeviationMetres) = (3, 5)
        (emulation.positionMissingFraction, emulation.gainStepDb, emulation.reportedNeighbours) = (0.2, 1, 4)
        (emulation.measurementDelayMs, emulation.delaySpreadNs, emulation.handoverOffsetDb) = (2, 100, 2)
        (emulation.timeToTriggerMs, emulation.fastFading, emulation.linkAdaptation) = (80, false, .reported)
        #expect(network.scenario == .emulated(emulation))
        var game = GameConfiguration()
        (game.timing, game.solver, game.alpha, game.rounds) = (.asynchronous, .wmmse, 2, 5)
        (game.damping, game.prices, game.expiryEpochs, game.mcs) = (0.25, false, 3, .radioNetwork)
        #expect(network.game == game)
        var carrier = CarrierConfiguration()
        (carrier.frequencyHz, carrier.bandwidthHz, carrier.subbands) = (2e9, 10e6, 4)
        (carrier.noiseFigureDb, carrier.snrGapDb, carrier.maxSpectralEfficiency) = (7, 1, 5)
        #expect(network.carrier == carrier)
        #expect(network.seed == 7 && network.slot == .microseconds(500))
    }
}
