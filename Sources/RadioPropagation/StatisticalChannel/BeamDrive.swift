internal import Glibc
internal import Numerics

/// One user on its way past a base station with a row of beams: the SNR of every beam at every step.
///
/// The base station stands at the origin and looks along y over an open place between walls. The user moves after
/// Gauss and Markov (Liang, Haas, "Predictive distance-based mobility management for PCS networks", INFOCOM 1999) and
/// turns at the borders. Four paths leave the base station: the direct one and a mirror reflection off each wall; a
/// wall costs 5 to 12 dB, drawn once. Loss goes with the square of the path's length. Each path fades slowly with the
/// place and is blocked from time to time, by things that stand and by things that move: while the direct path is
/// blocked, a reflected direction is better. Powers of the paths are added, as over a wide band.
///
/// Not modelled: elevation, fading within a wavelength, the user's own beams, other cells.
package struct BeamDrive: Sendable {
    /// Beams of the codebook, 1 to 256.
    package var beams = 32
    /// Steps of the drive, 1 or more.
    package var steps = 1_000
    /// Length of a step in seconds.
    package var stepSeconds = 0.01
    /// Mean speed of the user in metres per second, at least 0.
    package var speedMetresPerSecond = 1.0
    /// SNR in dB of a beam that points at a user 50 m away with nothing in between.
    package var snrDb = 20.0

    /// Borders of the user's place, and the walls behind them, in metres.
    private static let halfWidth = 100.0, nearest = 10.0, farthest = 60.0
    private static let wallX = 110.0, wallY = 75.0
    /// Time after which half of a deviation of speed or heading is forgotten, about, in seconds.
    private static let memorySeconds = 4.0
    /// Path of the user and of what blocks, in metres: clear, blocked (means), and until a blockage is complete.
    private static let clearMetres = 35.0, blockedMetres = 10.0, edgeMetres = 0.5
    /// Speed of what blocks while the user stands, in metres per second.
    private static let blockerSpeed = 2.0
    /// Deviation in dB and correlation distance in metres of the slow fading of a path.
    private static let fadingDb: Float = 2, fadingMetres = 8.0

    package init() {}

    /// SNR in dB of every beam, steps by beams, from -60 on.
    package func snrDb(seed: UInt64) -> [Float] {
        precondition(steps >= 1 && stepSeconds > 0 && speedMetresPerSecond >= 0)
        let codebook = BeamCodebook(beams: beams)
        let generator = CounterGenerator(seed: seed, purpose: 0x4245_4452)
        var walk = Walk(generator, meanSpeed: speedMetresPerSecond, stepSeconds: stepSeconds)
        var blockages = (0..<4).map { Blockage(generator, path: UInt64($0)) }
        let fields = (0..<4).map {
            CosineField(correlationMetres: BeamDrive.fadingMetres, seed: seed, entity: 1_000 + UInt64($0))
        }
        let walls = (0..<4).map { $0 == 0 ? 0 : generator.uniform(UInt64($0), 7, in: 5..<12) }
        let scale = pow(10, 0.1 * snrDb) * 2_500 / Double(beams)
        var powers = [Float](repeating: 1e-6, count: steps * beams)
        for step in 0..<steps {
            let images = [
                (walk.x, walk.y), (walk.x, 2 * BeamDrive.wallY - walk.y),
                (2 * BeamDrive.wallX - walk.x, walk.y), (-2 * BeamDrive.wallX - walk.x, walk.y),
            ]
            for path in 0..<4 {
                let (x, y) = images[path]
                let fading = BeamDrive.fadingDb * fields[path].value(x: Float(walk.x), y: Float(walk.y))
                let lossDb = walls[path] + blockages[path].lossDb - Double(fading)
                let squared = x * x + y * y
                codebook.addGains(
                    sine: x / squared.squareRoot(), scale: scale / squared * pow(10, -0.1 * lossDb), to: &powers,
                    from: step * beams)
            }
            walk.move(step)
            let metres = (walk.speed + BeamDrive.blockerSpeed) * stepSeconds
            for path in 0..<4 { blockages[path].move(metres) }
        }
        return powers.map { 10 * log10($0) }
    }

    /// Where the user is and whither it goes.
    private struct Walk {
        var x: Double
        var y: Double
        var speed: Double
        private var heading: Double
        /// Mean heading in radians; turns at the borders.
        private var course: Double
        private let meanSpeed: Double
        private let stepSeconds: Double
        private let keep: Double
        private let generator: CounterGenerator

        init(_ generator: CounterGenerator, meanSpeed: Double, stepSeconds: Double) {
            self.generator = generator
            self.meanSpeed = meanSpeed
            self.stepSeconds = stepSeconds
            keep = exp(-stepSeconds / BeamDrive.memorySeconds)
            x = generator.uniform(1, 1, in: -BeamDrive.halfWidth..<BeamDrive.halfWidth)
            y = generator.uniform(1, 2, in: BeamDrive.nearest..<BeamDrive.farthest)
            course = 2 * .pi * generator.uniform(1, 3)
            heading = course
            speed = meanSpeed
        }

        mutating func move(_ step: Int) {
            let fresh = (1 - keep * keep).squareRoot()
            let key = UInt64(step)
            speed = keep * speed + (1 - keep) * meanSpeed + fresh * 0.2 * meanSpeed * generator.normal(2, key)
            speed = max(0, speed)
            heading = keep * heading + (1 - keep) * course + fresh * 0.5 * generator.normal(3, key)
            x += speed * stepSeconds * cos(heading)
            y += speed * stepSeconds * sin(heading)
            if abs(x) > BeamDrive.halfWidth {
                x = (x < 0 ? -2 : 2) * BeamDrive.halfWidth - x
                (heading, course) = (.pi - heading, .pi - course)
            }
            if y < BeamDrive.nearest || y > BeamDrive.farthest {
                y = 2 * (y < BeamDrive.nearest ? BeamDrive.nearest : BeamDrive.farthest) - y
                (heading, course) = (-heading, -course)
            }
        }
    }

    /// Blockage of one path along the way of the user and of what blocks: clear and blocked stretches by turns, of
    /// exponential length, with edges in which the loss rises and falls evenly in dB.
    private struct Blockage {
        private(set) var lossDb = 0.0
        private let generator: CounterGenerator
        private let path: UInt64
        private var events: UInt64 = 0
        private var left: Double
        private var isBlocked = false
        private var depthDb = 0.0

        init(_ generator: CounterGenerator, path: UInt64) {
            self.generator = generator
            self.path = path
            left = BeamDrive.clearMetres * generator.exponential(100 + path, 0)
        }

        mutating func move(_ metres: Double) {
            left -= metres
            while left <= 0 {
                events += 1
                isBlocked.toggle()
                if isBlocked { depthDb = generator.uniform(200 + path, events, in: 15..<30) }
                left +=
                    (isBlocked ? BeamDrive.blockedMetres : BeamDrive.clearMetres)
                    * generator.exponential(100 + path, events)
            }
            let rise = depthDb * metres / BeamDrive.edgeMetres
            lossDb = isBlocked ? min(depthDb, lossDb + rise) : max(0, lossDb - rise)
        }
    }
}
