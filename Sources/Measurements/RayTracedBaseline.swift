internal import Foundation
package import Learning
internal import NetworkModel
internal import Numerics
package import RadioPropagation

/// Ray tracing as a baseline: the power sum of the paths from each cell's site, with what each path met.
///
/// Parameters: line of sight, slope, diffraction, no path, then one per material of the scene, counting a path's
/// reflections, passages and scatterings. Where no path arrives, TR 38.901 UMi NLOS (Table 7.4.1-1) stands in,
/// corrected by a parameter of its own.
package struct RayTracedBaseline: LinkBaseline {
    /// Transmitter by cell, metres in the scene; nil where unknown.
    package var sites: [SIMD3<Double>?]
    package let frequencyHz: Double
    /// Transmitted power that readings hold, dB: 0 for gains, dBm for RSRP.
    package var powerDbm: Double
    /// Factor on the parameters' deviations before any measurement: readings behind things that no drawing shows must
    /// not pull them far.
    private static let priorScale: Float = 0.4
    /// Transmitting element by cell; isotropic and vertical where there is none.
    package var antennas: [Antenna] = []
    /// Index of the first material among the parameters.
    private static let firstMaterial = 4
    /// Materials with a parameter: those of the scene as it was first.
    private let materials: [String]
    private(set) var index: SceneIndex
    private(set) var fields: FieldSolver
    private let settings: PathSettings
    /// What was learnt of the scene (`learnScene`), and the fields of each of its hypotheses.
    package internal(set) var correction = SceneCorrection()
    /// Spreads of the readings under which each hypothesis was drawn; empty where none was learnt here (a saved model
    /// keeps scenes only).
    package internal(set) var readingLaws: [ReadingLaw] = []
    var hypotheses: [(fields: FieldSolver, scene: SceneHypothesis)] = []

    package let pathGroups = 8

    package init(
        index: SceneIndex, fields: FieldSolver, settings: PathSettings, sites: [SIMD3<Double>?], powerDbm: Double = 0
    ) {
        materials = index.scene.materials.map(\.name)
        self.index = index
        self.fields = fields
        self.settings = settings
        self.sites = sites
        self.powerDbm = powerDbm
        frequencyHz = fields.frequencyHz
    }

    /// What its rays are traced with.
    package var tracing: TracingConditions {
        TracingConditions(
            frequencyHz: frequencyHz, depth: settings.maxDepth, interactions: settings.interactions.text)
    }

    /// Goes on in a changed scene, whose first materials are those of before, with the same parameters.
    package mutating func replaceScene(by index: SceneIndex, fields: FieldSolver) {
        precondition(index.scene.materials.map(\.name).starts(with: materials), "materials keep their numbers")
        self.index = index
        self.fields = fields
        correct(correction)
    }

    package var parameters: [ChannelParameter] {
        ChannelParameter.rayTraced(materials: materials).map {
            ChannelParameter($0.name, deviation: RayTracedBaseline.priorScale * $0.deviation, bound: $0.bound)
        }
    }

    package func predict(cells: [UInt32], positions: [SIMD3<Double>]) -> [BaselineLink] {
        predict(cells: cells, positions: positions) { _ in true }.compactMap(\.self)
    }

    package func predict(
        cells: [UInt32], positions: [SIMD3<Double>], goesOn: (Int) -> Bool
    ) -> [BaselineLink?] {
        precondition(cells.count == positions.count)
        var links = zip(cells, positions).map { cell, position -> BaselineLink? in
            site(cell) != nil
                ? nil : BaselineLink(place: place(cell: cell, position), prediction: fallback(cell: cell, position))
        }
        var done = links.count { $0 != nil }
        var solver = PathSolver(index: index, settings: settings)
        for cell in sites.indices {
            let rows = cells.indices.filter { Int(cells[$0]) == cell && links[$0] == nil }
            for start in stride(from: 0, to: rows.count, by: RayTracedBaseline.blockSize) {
                let block = rows[start..<min(rows.count, start + RayTracedBaseline.blockSize)]
                let traced = trace(
                    cell: UInt32(cell), positions: block.map { positions[$0] }, with: &solver,
                    goesOn: { goesOn(done + $0) })
                guard let traced else { return links }
                for (row, link) in zip(block, traced) { links[row] = link.link }
                done += block.count
            }
        }
        return links
    }

    /// A link with the two strongest ways out of the transmitter, strongest first; none where no path arrives.
    package struct TracedLink: Sendable {
        package var link: BaselineLink
        package var departures: [BaselineMap.Departure]
    }

    /// A solver of this scene, which keeps what each of these many transmitters reaches.
    package func solver(transmitters: Int = 1) -> PathSolver {
        var settings = settings
        settings.maxTransmitters = max(settings.maxTransmitters, transmitters)
        return PathSolver(index: index, settings: settings)
    }

    /// Positions that are solved at once: bounds the memory of their paths, and what a deadline loses.
    package static let blockSize = 2_048

    /// Links of one cell to positions, in order; nil where `goesOn` said no before all were traced.
    ///
    /// - Parameter goesOn: asked now and then, with the positions done of these.
    package func trace(
        cell: UInt32, positions: [SIMD3<Double>], with solver: inout PathSolver, goesOn: (_ done: Int) -> Bool
    ) -> [TracedLink]? {
        var links = positions.map { position in
            TracedLink(
                link: BaselineLink(place: place(cell: cell, position), prediction: fallback(cell: cell, position)),
                departures: [])
        }
        guard let site = site(cell) else { return links }
        let antenna = Int(cell) < antennas.count ? antennas[Int(cell)] : .vertical
        for start in stride(from: 0, to: positions.count, by: RayTracedBaseline.blockSize) {
            let block = start..<min(positions.count, start + RayTracedBaseline.blockSize)
            var isCut = !goesOn(start)
            let geometry = try? solver.solve(transmitter: site, receivers: Array(positions[block])) { progress in
                if !goesOn(start + (progress.stage == .receivers ? progress.done : 0)) { isCut = true }
                return !isCut
            }
            if isCut { return nil }
            guard let geometry else { continue }
            let paths = fields.solve(geometry)
            let powers = self.powers(paths, antenna)
            for (receiver, row) in block.enumerated() {
                guard let mean = RayTracedBaseline.mean(powers, over: paths.paths(of: receiver)) else { continue }
                let logDistance = links[row].link.place.logDistance
                links[row].link.prediction = prediction(paths, receiver, mean, logDistance: logDistance)
                links[row].departures = RayTracedBaseline.departures(
                    paths, receiver, shares: mean.shares, antenna)
            }
        }
        return links
    }

    /// Powers of all paths: of the drawing, or of each hypothesis of what it lacks.
    private func powers(_ drawn: PathSet, _ antenna: Antenna) -> [[Double]] {
        func powers(_ paths: PathSet) -> [Double] {
            (0..<paths.count).map { paths.amplitude(of: $0, transmitterAntenna: antenna).squaredMagnitude }
        }
        guard !hypotheses.isEmpty else { return [powers(drawn)] }
        let geometry = drawn.geometry
        return hypotheses.map { fields, scene in
            powers(fields.solve(geometry)).enumerated().map { path, power in
                power
                    * scene.factor(
                        from: geometry.transmitter, over: geometry.point[geometry.vertices(of: path)],
                        to: geometry.receivers[Int(geometry.receiver[path])],
                        wavelengthMetres: fields.wavelengthMetres)
            }
        }
    }

    /// Mean gain of a receiver over hypotheses, dB, and the mean share of each of its paths; nil where none arrives.
    private static func mean(_ powers: [[Double]], over paths: Range<Int>) -> (gainDb: Double, shares: [Double])? {
        var gain = 0.0
        var shares = Array(repeating: 0.0, count: paths.count)
        var heard = 0.0
        for all in powers {
            let usable = all[paths].map { $0.isFinite && $0 > 0 ? $0 : 0 }
            let total = usable.reduce(0, +)
            guard total > 0 else { continue }
            heard += 1
            gain += 10 * log10(total)
            for (path, power) in usable.enumerated() { shares[path] += power / total }
        }
        return heard > 0 ? (gain / heard, shares.map { $0 / heard }) : nil
    }

    private static func departures(
        _ paths: PathSet, _ receiver: Int, shares: [Double], _ antenna: Antenna
    ) -> [BaselineMap.Departure] {
        let first = paths.paths(of: receiver).lowerBound
        let order = shares.indices.sorted { shares[$0] == shares[$1] ? $0 < $1 : shares[$0] > shares[$1] }
        return order.prefix(2).map { index in
            let direction = paths.departureDirection(first + index)
            return BaselineMap.Departure(
                azimuthRadians: Float(direction.azimuth), zenithRadians: Float(direction.zenith),
                share: Float(shares[index]), pair: pair(paths, first + index, antenna))
        }
    }

    /// Most that an element of a pair sends over a path beside the antenna itself: where that one sends next to
    /// nothing, the path has no part in the power either.
    private static let mostPairPower = 10.0

    /// What the antenna turned by -45 and +45 degrees sends over a path; nil where it sends nothing itself.
    private static func pair(_ paths: PathSet, _ path: Int, _ antenna: Antenna) -> CrossedPair? {
        let power = paths.amplitude(of: path, transmitterAntenna: antenna).squaredMagnitude
        var (left, right) = (antenna, antenna)
        left.slant -= .pi / 4
        right.slant += .pi / 4
        func received(_ sent: Antenna) -> (upright: Complex, level: Complex) {
            (
                paths.amplitude(of: path, transmitterAntenna: sent),
                paths.amplitude(of: path, transmitterAntenna: sent, receiverAntenna: .horizontal)
            )
        }
        let (first, second) = (received(left), received(right))
        let firstPower = first.upright.squaredMagnitude + first.level.squaredMagnitude
        let secondPower = second.upright.squaredMagnitude + second.level.squaredMagnitude
        let most = max(firstPower, secondPower)
        guard power > 0, most > 0, most.isFinite else { return nil }
        let coherence = first.upright * second.upright.conjugate + first.level * second.level.conjugate
        let scale = min(1 / power, mostPairPower / most)
        return CrossedPair(
            firstPower: Float(scale * firstPower), secondPower: Float(scale * secondPower),
            coherenceReal: Float(scale * coherence.real), coherenceImaginary: Float(scale * coherence.imaginary))
    }

    package func predict(cell: UInt32) -> BaselinePrediction {
        fallback(cell: cell, (site(cell) ?? .zero) + SIMD3(100, 0, 0))
    }

    private func site(_ cell: UInt32) -> SIMD3<Double>? { Int(cell) < sites.count ? sites[Int(cell)] : nil }

    private func place(cell: UInt32, _ position: SIMD3<Double>) -> ChannelPlace {
        let way = site(cell).map { position - $0 } ?? SIMD3(100, 0, 0)
        let distance = max(1, (way * way).sum().squareRoot())
        return ChannelPlace(
            position: SIMD3(Float(position.x), Float(position.y), Float(position.z)),
            angleRadians: site(cell) == nil ? 0 : Float(atan2(way.y, way.x)), logDistance: Float(log10(distance)))
    }

    /// Paths of equal interactions put together.
    private func prediction(
        _ paths: PathSet, _ receiver: Int, _ mean: (gainDb: Double, shares: [Double]), logDistance: Float
    ) -> BaselinePrediction {
        let width = RayTracedBaseline.firstMaterial + materials.count
        var rows: [(interactions: [Float], share: Double)] = []
        for (path, share) in zip(paths.paths(of: receiver), mean.shares) where share > 0 {
            var counts = Array(repeating: Float(0), count: width)
            counts[1] = -10 * (logDistance - 2)
            let vertices = paths.geometry.vertices(of: path)
            if vertices.isEmpty { counts[0] = 1 }
            for vertex in vertices {
                if paths.geometry.kind[vertex] == .diffraction {
                    counts[2] += 1
                } else if Int(paths.materialOfVertex[vertex]) < materials.count {
                    // A material that came with an edit has no parameter: what was learnt goes on.
                    counts[RayTracedBaseline.firstMaterial + Int(paths.materialOfVertex[vertex])] += 1
                }
            }
            if let known = rows.firstIndex(where: { $0.interactions == counts }) {
                rows[known].share += share
            } else {
                rows.append((counts, share))
            }
        }
        return BaselinePrediction(
            gainDb: Float(powerDbm + mean.gainDb), share: rows.map { Float($0.share) },
            interactions: rows.flatMap(\.interactions))
    }

    /// UMi NLOS for a receiver at 1.5 m.
    private func fallback(cell: UInt32, _ position: SIMD3<Double>) -> BaselinePrediction {
        let logDistance = place(cell: cell, position).logDistance
        let loss = 35.3 * Double(logDistance) + 22.4 + 21.3 * log10(frequencyHz / 1e9)
        var counts = Array(repeating: Float(0), count: parameters.count)
        counts[1] = -10 * (logDistance - 2)
        counts[3] = 1
        return BaselinePrediction(gainDb: Float(powerDbm - loss), sensitivity: counts)
    }
}
