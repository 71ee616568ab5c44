import Foundation
import Numerics
import RadioPropagation
import SceneFiles
import Testing

/// Paths and maps beside those of Sionna RT 2.2.0. Its paths in the street canyon are kept with the tests
/// (`Fixtures/README.md`); its maps lie in `../shared/data/sionna-reference`, and etoile comes with Sionna RT itself.
@Suite struct SionnaReferenceTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
    private static let reference = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/sionna-reference").path
    private static let isHere = FileManager.default.fileExists(atPath: reference)
    private static let missing: Comment = "no ../shared/data/sionna-reference"

    /// Rows of a table below its header, nil for what is empty.
    private static func rows(_ path: String) throws -> [[Double?]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        }
    }

    private struct Tracer {
        var paths: PathSolver
        var fields: FieldSolver
        var transmitter: SIMD3<Double>

        init(_ scene: Scene, transmitter: SIMD3<Double>, depth: Int) throws {
            let index = try SceneIndex(scene)
            paths = PathSolver(index: index, settings: PathSettings(maxDepth: depth))
            fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: 3.5e9)
            self.transmitter = transmitter
        }

        mutating func trace(_ receivers: [SIMD3<Double>]) throws -> PathSet {
            fields.solve(try paths.solve(transmitter: transmitter, receivers: receivers))
        }
    }

    // MARK: - Paths

    /// The same paths, none missing, none extra: each of ours is one of Sionna's, with as many bounces, a delay within
    /// 1 ps and a gain within 0.05 dB.
    private func expectSame(_ set: PathSet, as rows: [[Double?]]) throws {
        #expect(set.count == rows.count)
        var open = Array(0..<set.count)
        for row in rows {
            let values = try row.map { try #require($0) }
            let place = SIMD3(values[0], values[1], values[2])
            let same = open.indices.filter { at in
                let way = set.geometry.receivers[Int(set.geometry.receiver[open[at]])] - place
                return (way * way).sum() < 1e-10
                    && set.geometry.vertices(of: open[at]).count == Int(values[3])
                    && abs(set.delaySeconds[open[at]] * 1e9 - values[4]) < 0.001
                    && abs(10 * log10(set.amplitude(of: open[at]).squaredMagnitude) - values[5]) < 0.05
            }
            let nearest = same.min { one, other in
                abs(set.delaySeconds[open[one]] * 1e9 - values[4])
                    < abs(set.delaySeconds[open[other]] * 1e9 - values[4])
            }
            if let nearest { open.remove(at: nearest) } else { Issue.record("no path of ours is \(values)") }
        }
        #expect(open.isEmpty)
    }

    @Test func allPathsOfTheCanyonAreFoundWithTheirGains() throws {
        let rows = try Self.rows("\(Self.fixtures)/street-canyon-depth-2.csv")
        #expect(rows.count == 69)
        var receivers: [SIMD3<Double>] = []
        for row in rows {
            let place = SIMD3(row[0]!, row[1]!, row[2]!)
            if !receivers.contains(place) { receivers.append(place) }
        }
        var tracer = try Tracer(try StreetCanyon.scene(), transmitter: StreetCanyon.transmitter, depth: 2)
        try expectSame(try tracer.trace(receivers), as: rows)
    }

    /// Whether receivers are asked for together, in a crowd (each three times) or alone.
    @Test func aHundredReceiversOfTheCanyonHaveSionnasPathsToDepthThree() throws {
        let rows = try Self.rows("\(Self.fixtures)/street-canyon-depth-3.csv")
        #expect(rows.count == 384)
        let tracer = try Tracer(try StreetCanyon.scene(), transmitter: StreetCanyon.transmitter, depth: 3)
        let places = StreetCanyon.receivers
        var together = tracer
        let set = try together.trace(places)
        try expectSame(set, as: rows)
        var crowded = tracer
        let crowd = try crowded.trace(places + places + places)
        for receiver in places.indices {
            let count = set.geometry.paths(of: receiver).count
            for copy in 0..<3 {
                #expect(crowd.geometry.paths(of: receiver + copy * places.count).count == count, "receiver \(receiver)")
            }
            var alone = tracer
            #expect(try alone.trace([places[receiver]]).count == count, "receiver \(receiver)")
        }
    }

    @Test(.enabled(if: isHere, missing)) func thePathsKeptHereAreTheReferences() throws {
        let kept = try Data(contentsOf: URL(filePath: "\(Self.fixtures)/street-canyon-depth-2.csv"))
        let given = try Data(contentsOf: URL(filePath: "\(Self.reference)/simple_street_canyon_paths_d2.csv"))
        #expect(kept == given)
    }

    /// What is made from numbers is what Sionna RT ships.
    @Test(.enabled(if: SionnaScenesTests.folder != nil, "no Sionna RT: set DTNET_SIONNA_SCENES"))
    func theCanyonIsSionnas() throws {
        let file = "\(SionnaScenesTests.folder ?? "")/simple_street_canyon/simple_street_canyon.xml"
        #expect(try Self.solids(try StreetCanyon.scene()) == Self.solids(try SceneFile.load(file)))
    }

    /// Of each object its triangles' number, material and corners, in order of their text.
    private static func solids(_ scene: Scene) throws -> [String] {
        try scene.objects.map { object in
            var corners: [SIMD3<Float>] = []
            for triangle in scene.triangles[object.triangles] {
                for corner in 0..<3 {
                    let place = scene.vertices[Int(triangle[corner])]
                    if !corners.contains(place) { corners.append(place) }
                }
            }
            corners.sort { ($0.x, $0.y, $0.z) < ($1.x, $1.y, $1.z) }
            let material = scene.materials[object.material]
            let (real, imaginary) = try material.complexPermittivity(frequencyHz: 3.5e9)
            return "\(object.triangles.count) \(real) \(imaginary) \(material.thicknessMetres) \(corners)"
        }.sorted()
    }

    // MARK: - Maps

    @Test(.enabled(if: isHere, missing), arguments: [("los", 0), ("los_spec3", 3)])
    func mapsOfTheCanyonAgree(_ kind: String, depth: Int) throws {
        var tracer = try Tracer(try StreetCanyon.scene(), transmitter: StreetCanyon.transmitter, depth: depth)
        try expectMap(&tracer, agreesWith: Self.rows("\(Self.reference)/simple_street_canyon_\(kind).csv"))
    }

    /// The files come from 1e7 rays: Sionna's own map of 1e8 agrees with that of etoile's reflections in 97.1 % of
    /// cells, so only its free paths are held to it.
    @Test(
        .enabled(
            if: isHere && SionnaScenesTests.folder != nil,
            "no ../shared/data/sionna-reference, or no Sionna RT: set DTNET_SIONNA_SCENES"))
    func theMapOfEtoilesFreePathsAgrees() throws {
        let scene = try SceneFile.load("\(SionnaScenesTests.folder ?? "")/etoile/etoile.xml")
        var tracer = try Tracer(scene, transmitter: SIMD3(0, 0, 40), depth: 0)
        try expectMap(&tracer, agreesWith: Self.rows("\(Self.reference)/etoile_los.csv"))
    }

    /// Coverage in 98 % of cells, median 0.3 dB, 95th percentile 2 dB.
    private func expectMap(_ tracer: inout Tracer, agreesWith rows: [[Double?]]) throws {
        var samples: [Double] = []
        for first in stride(from: 0, to: rows.count, by: 160) {
            let cells = rows[first..<min(first + 160, rows.count)]
            let set = try tracer.trace(
                cells.flatMap { row in CellSample.mean.offsets.map { SIMD3(row[0]!, row[1]!, 1.5) + $0 * 5 } })
            samples += (0..<set.receiverCount).map { set.pathGain(receiver: $0, receiverAntenna: nil) }
        }
        let map = RadioMap(samples: samples, perCell: 25)
        let agreeing = rows.indices.count { (rows[$0][2] == nil) == (map.gainDb($0) == nil) }
        #expect(Double(agreeing) >= 0.98 * Double(rows.count), "\(agreeing) of \(rows.count) cells")
        let errors = rows.indices.compactMap { cell in
            map.gainDb(cell).flatMap { ours in rows[cell][2].map { abs(ours - $0) } }
        }.sorted()
        #expect(errors[errors.count / 2] < 0.3)
        #expect(errors[errors.count * 95 / 100] < 2)
    }
}
