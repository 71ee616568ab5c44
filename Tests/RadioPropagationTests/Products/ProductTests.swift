import Glibc
import Numerics
import RadioPropagation
import Testing

@Suite struct ProductTests {
    /// Free path, ground reflection and a path through a wall, over two sheets.
    private static func paths() throws -> PathSet {
        let scene = FieldScene.sheets(
            [
                [SIMD3(-90, -90, 0), SIMD3(90, -90, 0), SIMD3(90, 90, 0), SIMD3(-90, 90, 0)],
                [SIMD3(0, -90, 9), SIMD3(0, 90, 9), SIMD3(0, 90, 40), SIMD3(0, -90, 40)],
            ],
            materials: [FieldScene.concrete, FieldScene.metal])
        return try FieldScene.fields(
            in: scene, from: SIMD3(-30, 0, 4), to: SIMD3(30, 0, 4),
            over: [
                [], [(SIMD3(0, 0, 0), .specular, 0)], [(SIMD3(0, 0, 9), .diffraction, 4)],
            ])
    }

    @Test func powersAddOrAmplitudesDo() throws {
        let set = try Self.paths()
        let amplitudes = set.amplitudes(receiver: 0)
        let powers = amplitudes.reduce(0) { $0 + $1.squaredMagnitude }
        #expect(abs(set.pathGain(receiver: 0) - powers) < 1e-15 * powers)
        let coherent = amplitudes.reduce(Complex.zero, +).squaredMagnitude
        #expect(abs(set.pathGain(receiver: 0, sum: .coherent) - coherent) < 1e-12 * coherent)
        // Both polarisations are at least one.
        #expect(set.pathGain(receiver: 0, receiverAntenna: nil) >= powers)
    }

    @Test func theMixIsTheDerivativeOfTheGain() throws {
        let set = try Self.paths()
        let mix = try #require(set.materialMix(receiver: 0))
        let powers = set.amplitudes(receiver: 0).map(\.squaredMagnitude)
        // Raise one kind of interaction by 0.001 dB and look at the gain.
        let raised = pow(10, 1e-4)
        func slope(_ factors: [Double]) -> Double {
            let sum = zip(powers, factors).reduce(0) { $0 + $1.0 * $1.1 }
            return 10 * log10(sum / powers.reduce(0, +)) / 1e-3
        }
        #expect(abs(slope([raised, 1, 1]) - mix.lineOfSight) < 1e-3)
        #expect(abs(slope([1, raised, 1]) - mix.reflections[0]) < 1e-3)
        #expect(abs(slope([1, 1, raised]) - mix.diffraction) < 1e-3)
        #expect(mix.reflections[1] == 0 && mix.interactions(material: 1) == 0)
        #expect(abs(mix.gainDb - set.pathGainDb(receiver: 0)!) < 1e-12)
    }

    @Test func aReceiverWithoutPathsHasNoGain() throws {
        let set = try FieldScene.fields(
            in: FieldScene.sheet(normal: SIMD3(0, 0, 1), material: FieldScene.metal), from: .zero, to: SIMD3(1, 0, 0),
            over: [])
        #expect(set.pathGainDb(receiver: 0) == nil)
        #expect(set.materialMix(receiver: 0) == nil)
        #expect(set.delaySpreadSeconds(receiver: 0) == nil)
        #expect(set.impulseResponse(receiver: 0, bandwidthHz: 1e6, taps: 4) == nil)
        #expect(set.subbandChannel(receiver: 0, subbands: Subbands(count: 2, widthHz: 1e6)) == [.zero, .zero])
    }

    /// At a bandwidth that resolves the paths each is a tap; whatever the bandwidth, their sum is the narrow-band gain.
    @Test func theTapsHoldThePaths() throws {
        let set = try Self.paths()
        let narrow = try #require(set.impulseResponse(receiver: 0, bandwidthHz: 1e3, taps: 1))
        let sum = set.amplitudes(receiver: 0).reduce(Complex.zero, +)
        #expect((narrow.taps[0] - sum).magnitude < 1e-6 * sum.magnitude)
        let late = set.delaySeconds[1] - set.delaySeconds[0]
        let wide = try #require(set.impulseResponse(receiver: 0, bandwidthHz: 40 / late, taps: 42))
        let free = set.amplitudes(receiver: 0)[0]
        #expect((wide.taps[0] - free).magnitude < 0.02 * free.magnitude)
        #expect(wide.taps[40].magnitude > 4 * wide.taps[20].magnitude)
        #expect(wide.firstDelaySeconds == set.delaySeconds[0])
    }

    @Test func aSubbandsGainIsTheMeanOverItsFrequencies() throws {
        let set = try Self.paths()
        let subbands = Subbands(count: 4, widthHz: 90e6)
        let gains = set.subbandGain(receiver: 0, subbands: subbands)
        let fine = Subbands(count: 4 * 400, widthHz: 90e6 / 400)
        let response = set.subbandChannel(receiver: 0, subbands: fine).map(\.squaredMagnitude)
        for subband in 0..<4 {
            let mean = response[400 * subband..<400 * (subband + 1)].reduce(0, +) / 400
            #expect(abs(gains[subband] / mean - 1) < 1e-4)
        }
        // Wide subbands average the fading away.
        let wide = set.subbandGain(receiver: 0, subbands: Subbands(count: 1, widthHz: 300e9))[0]
        #expect(abs(wide / set.pathGain(receiver: 0) - 1) < 0.05)
    }

    @Test func theMatrixChannelHoldsTheScalarOne() throws {
        let set = try Self.paths()
        let subbands = Subbands(count: 3, widthHz: 10e6)
        let single = AntennaArray(rows: 1, columns: 1, elements: [.vertical])
        let matrix = set.subbandChannel(
            receiver: 0, subbands: subbands, transmitterArray: single, receiverArray: single)
        #expect(matrix == set.subbandChannel(receiver: 0, subbands: subbands))
        let pair = AntennaArray(rows: 1, columns: 2, elements: [.vertical])
        let wide = set.subbandChannel(receiver: 0, subbands: subbands, transmitterArray: pair, receiverArray: single)
        #expect(wide.count == 6)
        // All paths leave in the vertical plane of the array's broadside: both ports send the same.
        for subband in 0..<3 {
            #expect((wide[subband] - wide[3 + subband]).magnitude < 1e-9 * wide[subband].magnitude)
        }
    }

    /// A vertical and a horizontal port at either end give the path's own four amplitudes.
    @Test func portsHoldThePolarisationsOfEveryPath() throws {
        let set = try Self.paths()
        let both = AntennaArray(rows: 1, columns: 1, elements: [.vertical, .horizontal])
        let ports = set.portAmplitudes(receiver: 0, transmitterArray: both, receiverArray: both)
        #expect(ports.count == 4 * set.count)
        for path in 0..<set.count {
            let transfer = set.transfer[path]
            let expected = [transfer.thetaTheta, transfer.thetaPhi, transfer.phiTheta, transfer.phiPhi]
            let size = expected.reduce(0) { $0 + $1.magnitude }
            for (pair, amplitude) in expected.enumerated() {
                #expect((ports[pair * set.count + path] - amplitude).magnitude < 1e-12 * size)
            }
        }
    }

    @Test func tapsOfArraysAreThoseOfTheirPorts() throws {
        let set = try Self.paths()
        let both = AntennaArray(rows: 1, columns: 1, elements: [.vertical, .horizontal])
        let single = AntennaArray(rows: 1, columns: 1, elements: [.vertical])
        let responses = set.impulseResponses(
            receiver: 0, bandwidthHz: 50e6, taps: 8, transmitterArray: both, receiverArray: single)
        #expect(responses.count == 2)
        for (port, antenna) in [Antenna.vertical, .horizontal].enumerated() {
            let alone = try #require(
                set.impulseResponse(receiver: 0, bandwidthHz: 50e6, taps: 8, transmitterAntenna: antenna))
            #expect(responses[port].firstDelaySeconds == alone.firstDelaySeconds)
            for (tap, amplitude) in alone.taps.enumerated() {
                #expect((responses[port].taps[tap] - amplitude).magnitude < 1e-15)
            }
        }
    }

    @Test func theDelaySpreadOfTwoPaths() throws {
        let set = try Self.paths()
        let spread = try #require(set.delaySpreadSeconds(receiver: 0))
        let powers = set.transfer.map { transfer in
            [transfer.thetaTheta, transfer.thetaPhi, transfer.phiTheta, transfer.phiPhi]
                .reduce(0) { $0 + $1.squaredMagnitude }
        }
        let total = powers.reduce(0, +)
        let mean = zip(powers, set.delaySeconds).reduce(0) { $0 + $1.0 * $1.1 } / total
        let square = zip(powers, set.delaySeconds).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
        #expect(abs(spread / square.squareRoot() - 1) < 1e-6)
    }

    /// At Brewster's angle, whose tangent is the root of the permittivity, a floor mirrors one polarisation only.
    @Test func theDelaySpreadCountsBothPolarisations() throws {
        let scene = FieldScene.sheets(
            [[SIMD3(-90, -90, 0), SIMD3(90, -90, 0), SIMD3(90, 90, 0), SIMD3(-90, 90, 0)]],
            materials: [RadioMaterial(name: "glass", law: .constant(relativePermittivity: 4, conductivity: 0))])
        let set = try FieldScene.fields(
            in: scene, from: SIMD3(-10, 0, 5), to: SIMD3(10, 0, 5), over: [[], [(SIMD3(0, 0, 0), .specular, 0)]])
        let mirrored = set.transfer[1]
        #expect(mirrored.thetaTheta.squaredMagnitude < 0.01 * mirrored.phiPhi.squaredMagnitude)
        let powers = set.transfer.map { $0.thetaTheta.squaredMagnitude + $0.phiPhi.squaredMagnitude }
        let share = powers[1] / (powers[0] + powers[1])
        let late = set.delaySeconds[1] - set.delaySeconds[0]
        let spread = try #require(set.delaySpreadSeconds(receiver: 0))
        #expect(abs(spread / (late * (share * (1 - share)).squareRoot()) - 1) < 1e-6)
    }

    // MARK: - Maps

    @Test func theGridCoversTheSceneAsSionnaDoes() {
        let bounds = SceneBounds(minimum: SIMD3(-95.7745, -62.26, 0), maximum: SIMD3(94.23, 62.74, 30))
        let grid = MapGrid(covering: bounds, cellMetres: 5, heightMetres: 1.5)
        #expect(grid.columns == 39 && grid.rows == 25)
        #expect(grid.centre(grid.columns + 1) == grid.origin + SIMD3(5, 5, 0))
        #expect(grid.origin.z == 1.5)
        let middle = 0.5 * (grid.centre(0) + grid.centre(grid.count - 1))
        #expect(abs(middle.x - -0.77225) < 0.0051 && abs(middle.y - 0.24) < 0.0051)
    }

    @Test func aCellIsTheMeanOfItsSamples() {
        let offsets = CellSample.mean.offsets
        #expect(offsets.count == 25)
        #expect(offsets.reduce(.zero, +).max().magnitude < 1e-12)
        #expect(offsets.map(\.x).max() == 0.4)
        let map = RadioMap(samples: [4, 0, 0, 0, 0, 0, 0, 0], perCell: 4)
        #expect(map.gains == [1, 0])
        #expect(map.gainDb(0) == 0 && map.gainDb(1) == nil && map.coverage == 0.5)
    }

    @Test func interferenceIsWhatTheOthersSend() {
        let maps = [RadioMap(gains: [1e-8, 1e-10]), RadioMap(gains: [1e-10, 2e-9]), RadioMap(gains: [0, 1e-10])]
        // Cell 2 sends in the second subband only; cell 1 half of the time.
        let map = InterferenceMap(
            maps: maps, powersWatts: [1, 2, 3, 4, 0, 5], subbands: 2, loads: [1, 0.5, 1])
        func isNear(_ one: [Double], _ other: [Double]) -> Bool {
            zip(one, other).allSatisfy { abs($0 - $1) <= 1e-9 * abs($1) + 1e-24 }
        }
        #expect(isNear(map.interference(cell: 0, subband: 0), [1.5e-10, 3e-9]))
        #expect(isNear(map.interference(cell: 0, subband: 1), [2e-10, 4e-9 + 5e-10]))
        #expect(isNear(map.interference(cell: 2, subband: 0), [1e-8 + 1.5e-10, 1e-10 + 3e-9]))
        #expect(isNear(map.sinr(cell: 0, subband: 0, noiseWatts: 5e-11), [1e-8 / 2e-10, 1e-10 / 3.05e-9]))
        let best = map.bestServer(noiseWatts: 1e-12)
        #expect(best[0]?.cell == 0 && best[1]?.cell == 1)
        // Half the time the signal is there in full.
        let expected = 14e-9 / (2e-12 + 3e-10 + 5e-10)
        #expect(abs((best[1]?.sinr ?? 0) / expected - 1) < 1e-9)
    }

    /// Cells, subbands, loads and points drawn at random: every value against a sum written out.
    @Test func interferenceAgreesWithSumsWrittenOut() {
        let draw = CounterGenerator(seed: 11, purpose: 1)
        let (cells, subbands, points) = (5, 3, 40)
        let gains = (0..<cells).map { cell in
            (0..<points).map { point in
                let decades = draw.uniform(UInt64(cell), UInt64(point), in: -14..<(-4))
                return draw.uniform(UInt64(cell), UInt64(1_000 + point), in: 0..<1) < 0.2 ? 0 : pow(10, decades)
            }
        }
        let powers = (0..<cells * subbands).map { draw.uniform(UInt64($0), 7, in: 0..<20) }
        let loads = (0..<cells).map { draw.uniform(UInt64($0), 8, in: 0..<1) }
        let map = InterferenceMap(
            maps: gains.map(RadioMap.init), powersWatts: powers, subbands: subbands, loads: loads)
        let servers = map.servers()
        let noise = 1e-13
        for point in 0..<points {
            let total = (0..<cells).map { cell in
                (0..<subbands).reduce(0) { $0 + powers[cell * subbands + $1] } * gains[cell][point]
            }
            #expect(servers[point] == (total.max() == 0 ? nil : total.firstIndex(of: total.max()!)))
            guard let server = servers[point] else { continue }
            var (signals, others) = (0.0, 0.0)
            for subband in 0..<subbands {
                var sum = 0.0
                for cell in 0..<cells where cell != server {
                    sum += loads[cell] * powers[cell * subbands + subband] * gains[cell][point]
                }
                let signal = powers[server * subbands + subband] * gains[server][point]
                #expect(abs(map.interference(servers: servers, subband: subband)[point] - sum) <= 1e-12 * sum)
                #expect(
                    map.interference(cell: server, subband: subband)[point]
                        == map.interference(servers: servers, subband: subband)[point])
                let sinr = signal / (noise + sum)
                #expect(
                    abs(map.sinr(servers: servers, subband: subband, noiseWatts: noise)[point] - sinr) <= 1e-12 * sinr)
                signals += signal
                others += sum
            }
            let wide = signals / (noise * Double(subbands) + others)
            #expect(abs(map.widebandSINR(servers: servers, noiseWatts: noise)[point] - wide) <= 1e-12 * wide)
        }
    }

    /// Beside a cell 160 dB stronger a weak one is still read, not rounded away.
    @Test func aWeakInterfererIsNotRoundedAway() {
        let map = InterferenceMap(
            maps: [RadioMap(gains: [1]), RadioMap(gains: [1e-17])], powersWatts: [1, 1], subbands: 1)
        #expect(map.interference(cell: 0, subband: 0) == [1e-17])
    }
}
