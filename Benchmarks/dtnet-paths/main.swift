import Foundation
import Numerics
import RadioPropagation
import SceneFiles

// Our side of Benchmarks/sionna/compare.py: finds paths and their fields, one measurement per line of standard input.
//
// Usage: dtnet-paths SCENE.xml RECEIVERS.csv TX,TY,TZ DEPTH HERTZ
// Lines: `cold` (a transmitter never seen), `cold-alone` (the same on one processor), `warm` (the same again), `moved
// STEP` (receivers moved by a metre in a direction that STEP gives), each answered by its milliseconds and the number
// of paths; `paths FILE` writes receiver, depth, delay in ns and vertices.

func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("dtnet-paths: \(text)\n".utf8))
    exit(2)
}

func numbers(_ text: Substring) -> [Double] {
    text.split(separator: ",").map { part in
        guard let value = Double(part.trimmingCharacters(in: .whitespaces)) else { fail("'\(part)' is no number") }
        return value
    }
}

func milliseconds(_ work: () throws -> PathSet) rethrows -> (Double, PathSet) {
    let clock = ContinuousClock()
    let start = clock.now
    let set = try work()
    return (
        Double((clock.now - start).components.attoseconds) / 1e15 + Double((clock.now - start).components.seconds)
            * 1e3, set
    )
}

let arguments = CommandLine.arguments
guard arguments.count == 6, let depth = Int(arguments[4]), let hertz = Double(arguments[5]) else {
    fail("SCENE.xml RECEIVERS.csv TX,TY,TZ DEPTH HERTZ")
}
let scene = try SceneFile.load(arguments[1])
let receivers = try String(contentsOfFile: arguments[2], encoding: .utf8).split(separator: "\n").map { line in
    let place = numbers(line)
    return SIMD3(place[0], place[1], place[2])
}
let place = numbers(Substring(arguments[3]))
let transmitter = SIMD3(place[0], place[1], place[2])
let index = try SceneIndex(scene)
let fields = try FieldSolver(scene: scene, faces: index.faces, frequencyHz: hertz)
let settings = PathSettings(maxDepth: depth)
let untouched = PathSolver(
    index: index, settings: settings,
    spreading: WorkSpreading { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) })
let untouchedAlone = PathSolver(index: index, settings: settings)
var solver = untouched

while let line = readLine() {
    let words = line.split(separator: " ")
    var targets = receivers
    switch words.first {
    case "cold": solver = untouched
    case "cold-alone": solver = untouchedAlone
    case "moved":
        let angle = words.count > 1 ? Double(words[1]) ?? 0 : 0
        targets = receivers.map { $0 + SIMD3(cos(angle), sin(angle), 0) }
    default: break
    }
    let (time, set) = try milliseconds {
        fields.solve(try solver.solve(transmitter: transmitter, receivers: targets))
    }
    if words.first == "paths", words.count > 1 {
        var text = "receiver,depth,delay_ns,vertices\n"
        for path in 0..<set.count {
            let vertices = set.geometry.vertices(of: path)
            let points = vertices.map {
                "\(set.geometry.point[$0].x) \(set.geometry.point[$0].y) \(set.geometry.point[$0].z)"
            }
            text += "\(set.geometry.receiver[path]),\(vertices.count),\(set.delaySeconds[path] * 1e9),"
            text += points.joined(separator: ";") + "\n"
        }
        try text.write(toFile: String(words[1]), atomically: true, encoding: .utf8)
    }
    print(String(format: "%.6f %d", time, set.count))
    fflush(nil)
}
