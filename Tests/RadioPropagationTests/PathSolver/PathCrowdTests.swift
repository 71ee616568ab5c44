import Foundation
import Numerics
import RadioPropagation
import Testing

/// Many receivers, who are asked for in groups and first held against shadows, have the paths that each has alone.
@Suite struct PathCrowdTests {
    private static let transmitter = SIMD3<Double>(4, -3, 30)

    private static func solver(_ index: SceneIndex, depth: Int, _ interactions: Interactions = .exact) -> PathSolver {
        PathSolver(index: index, settings: PathSettings(maxDepth: depth, interactions: interactions))
    }

    /// The paths of all receivers, asked for a few at a time.
    private static func byTheFew(
        _ solver: inout PathSolver, _ receivers: [SIMD3<Double>], from transmitter: SIMD3<Double>
    ) throws -> PathGeometry {
        var all = PathGeometry(transmitter: transmitter, receivers: receivers)
        for first in stride(from: 0, to: receivers.count, by: 200) {
            let some = Array(receivers[first..<min(first + 200, receivers.count)])
            let part = try solver.solve(transmitter: transmitter, receivers: some)
            all.receiver += part.receiver.map { $0 + Int32(first) }
            all.vertexStart += part.vertexStart.dropFirst().map { $0 + Int32(all.point.count) }
            all.point += part.point
            all.kind += part.kind
            all.face += part.face
        }
        return all
    }

    private static func places(_ count: Int, seed: UInt64, within half: Double, to height: Double) -> [SIMD3<Double>] {
        let draw = CounterGenerator(seed: seed, purpose: 13)
        return (0..<count).map { number in
            let key = UInt64(number)
            return SIMD3(
                draw.uniform(key, 0, in: -half..<half), draw.uniform(key, 1, in: -half..<half),
                draw.uniform(key, 2, in: 0.2..<height))
        }
    }

    @Test(arguments: [UInt64(71), 72, 73, 74], [1, 2, 3, 4])
    func aCrowdHasThePathsOfItsMembers(seed: UInt64, depth: Int) throws {
        let index = try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: seed).scene())
        // Streets in squares of a metre, places at all heights, some within walls.
        let receivers =
            PathSolverTests.grid(2_500, columns: 50, step: 1, corner: SIMD2(-40, -20))
            + Self.places(800, seed: seed, within: 100, to: 40)
        var crowd = Self.solver(index, depth: depth)
        var few = Self.solver(index, depth: depth)
        let paths = try crowd.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(paths == (try Self.byTheFew(&few, receivers, from: Self.transmitter)))
        #expect(paths.count > receivers.count / 2, "\(paths.count) paths")
        #expect(crowd.candidateCount(of: Self.transmitter) == few.candidateCount(of: Self.transmitter))
    }

    /// Receivers that lie anything but evenly.
    @Test(arguments: [
        "at one place", "along a road", "far apart", "one above the other", "around the transmitter",
        "in the next world",
    ])
    func crowdsOfAnyShapeAreServed(shape: String) throws {
        let index = try SceneIndex(try CityBlocks(columns: 3, rows: 3, seed: 75).scene())
        let receivers: [SIMD3<Double>] = (0..<1_500).map { number in
            let step = Double(number)
            switch shape {
            case "at one place": return Self.transmitter + SIMD3(9, 1, -4)
            case "along a road": return SIMD3(2 * step - 1_500, 1.7 * step - 1_275, 1.5)
            case "far apart": return SIMD3(number % 3 == 0 ? 9_000 : 20 + step / 100, step / 50, 1.5)
            case "in the next world": return number % 4 == 0 ? SIMD3(1e9, -9e8, 1e8 + step) : SIMD3(20, 33, 0.1 * step)
            case "one above the other": return SIMD3(20, 33, 0.1 * step)
            default: return Self.transmitter + SIMD3(cos(step), sin(step), 0) * (1e-3 * step)
            }
        }
        var crowd = Self.solver(index, depth: 2)
        var few = Self.solver(index, depth: 2)
        let paths = try crowd.solve(transmitter: Self.transmitter, receivers: receivers)
        #expect(paths == (try Self.byTheFew(&few, receivers, from: Self.transmitter)))
        #expect(paths.count > 100, "\(paths.count) paths")
    }

    @Test func sightIsLeftOutWhereItIsNotWanted() throws {
        let index = try SceneIndex(try CityBlocks(columns: 2, rows: 2, seed: 76).scene())
        let receivers = PathSolverTests.grid(600, columns: 30, step: 2, corner: SIMD2(-30, -20))
        for interactions in [Interactions.specular, [.lineOfSight, .specular, .transmission], .exact] {
            var crowd = Self.solver(index, depth: 1, interactions)
            var few = Self.solver(index, depth: 1, interactions)
            let paths = try crowd.solve(transmitter: Self.transmitter, receivers: receivers)
            #expect(paths == (try Self.byTheFew(&few, receivers, from: Self.transmitter)))
            #expect(paths.kind.contains(.transmission) == interactions.contains(.transmission))
        }
    }

    /// A star that lies on the ground: a face of many pieces. Whoever stands above it sees the transmitter in it where
    /// the mirror's point lies in the star.
    @Test func aFaceOfManyPiecesMirrorsWhereItIs() throws {
        let points = 40
        let corners = (0..<points).map { corner -> SIMD2<Double> in
            let angle = 2 * Double.pi * Double(corner) / Double(points)
            return SIMD2(cos(angle), sin(angle)) * (corner.isMultiple(of: 2) ? 30 : 12)
        }
        var vertices = [SIMD3<Float>(0, 0, 0)]
        vertices += corners.map { SIMD3(Float($0.x), Float($0.y), 0) }
        let triangles = (0..<points).map { SIMD3(0, UInt32($0 + 1), UInt32(($0 + 1) % points + 1)) }
        let index = try SceneIndex(SceneSamples.scene([("star", vertices, triangles)]))
        #expect(index.faces.faces.count == 1)
        let (own, height) = (10.0, 2.0)
        let transmitter = SIMD3<Double>(3, -2, own)
        let receivers = PathSolverTests.grid(10_000, columns: 100, step: 0.7, corner: SIMD2(-35, -35)).map {
            SIMD3($0.x + 0.013, $0.y + 0.017, height)
        }
        var solver = Self.solver(index, depth: 1, .specular)
        let paths = try solver.solve(transmitter: transmitter, receivers: receivers)
        var mirrored = 0
        for (number, receiver) in receivers.enumerated() {
            let meet = receiver + (transmitter - receiver) * (height / (own + height))
            let isOnStar = (0..<points).contains { corner in
                let (a, b) = (corners[corner], corners[(corner + 1) % points])
                let point = SIMD2(meet.x, meet.y)
                func turn(_ p: SIMD2<Double>, _ q: SIMD2<Double>) -> Double { p.x * q.y - p.y * q.x }
                return turn(a, point) >= 0 && turn(point, b) >= 0 && turn(b - a, point - a) >= 0
            }
            mirrored += isOnStar ? 1 : 0
            #expect(paths.paths(of: number).count == (isOnStar ? 1 : 0), "receiver \(number)")
        }
        #expect(mirrored > 1_000)
        #expect(paths.count == mirrored)
    }

    @Test func gainsOfAllAreThoseOfEach() throws {
        let scene = try CityBlocks(columns: 3, rows: 3, seed: 77).scene()
        let index = try SceneIndex(scene)
        let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: 3.5e9)
        var solver = Self.solver(index, depth: 2)
        let receivers = PathSolverTests.grid(1_200, columns: 40, step: 2, corner: SIMD2(-40, -30))
        let geometry = try solver.solve(transmitter: Self.transmitter, receivers: receivers)
        let threads = WorkSpreading { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
        let alone = fields.solve(geometry)
        let set = fields.solve(geometry, spreading: threads)
        #expect(set.transfer == alone.transfer && set.delaySeconds == alone.delaySeconds)
        for antenna in [Antenna.vertical, nil] {
            for sum in [PathSum.powers, .coherent] {
                let each = receivers.indices.map { set.pathGain(receiver: $0, receiverAntenna: antenna, sum: sum) }
                #expect(set.pathGains(receiverAntenna: antenna, sum: sum, spreading: threads) == each)
                #expect(set.pathGains(receiverAntenna: antenna, sum: sum) == each)
                #expect(each.contains(0) && each.contains { $0 > 0 })
            }
        }
    }
}
