internal import Foundation
internal import Learning
internal import RadioPropagation

/// What is assumed of clutter before any reading: trees and parked vehicles stand in the open, vehicles along the
/// nearest wall, and neither where a reading was taken. Sizes and losses are as likely anywhere in wide ranges.
struct ClutterPrior {
    /// Height of a crown's middle above the ground, metres; its lower edge hangs above heads.
    private static let crownHeight = PriorRange(3...12)
    private static let crownClearanceMetres = 1.5
    /// Radius of the ball of a crown's volume, metres: street trees of Beijing and Shanghai have 10 to 150 m^3, those
    /// of Paris, London, Los Angeles and Seattle seven times that (Horticulturae 10 (2024) 300).
    private static let crownRadius = PriorRange(1.3...6.2, isLogarithmic: true)
    /// Loss of a crown, dB per metre: from that of woodland at 3.5 GHz (`WoodlandAttenuation`) and below, to that of
    /// single trees in leaf, which take 10 to 20 dB at 869 MHz already (Vogel and Goldhirsh 1986).
    private static let crownLoss = PriorRange(0.3...3, isLogarithmic: true)
    /// From a small car to the largest lorry without trailer of the European Union (directive 96/53/EC), metres.
    private static let vehicleLength = PriorRange(3.5...12)
    private static let vehicleHeight = PriorRange(1.4...4)
    private static let vehicleWidth = PriorRange(1.6...2.55)
    /// Edge of the squares that open ground is taken in.
    private static let preferredSquareMetres = 2.5
    private static let mostSquares = 6_000
    /// No trunk stands this close to a reading, no vehicle's side.
    private static let trunkMetres = 1.5
    private static let sideMetres = 0.2

    enum Kind: Int { case crown = 0, vehicle = 1 }

    /// A square of open ground.
    struct Square {
        /// Its middle, on the ground.
        var centre: SIMD3<Double>
        /// Unit vector along the nearest wall.
        var along: SIMD2<Double>
    }

    let squares: [Square]
    let squareMetres: Double
    private let readings: [SIMD3<Double>]
    /// Number of the open square of each square of the whole grid, -1 where a building stands.
    private let numbers: [Int32]
    private let low: SIMD2<Double>
    private let columns: Int
    private let rows: Int

    /// Open ground around the readings and transmitters, within the scene.
    init(index: SceneIndex, readings: [SIMD3<Double>], sites: [SIMD3<Double>]) {
        self.readings = readings
        let margin = 40.0
        let points = readings + sites
        let box = index.bounds
        let low = pointwiseMax(points.reduce(points[0], pointwiseMin) - margin, box.minimum)
        let high = pointwiseMin(points.reduce(points[0], pointwiseMax) + margin, box.maximum)
        let area = max(0, high.x - low.x) * max(0, high.y - low.y)
        let size = max(ClutterPrior.preferredSquareMetres, (area / Double(ClutterPrior.mostSquares)).squareRoot())
        squareMetres = size
        let level = readings.reduce(0) { $0 + $1.z } / Double(readings.count)
        var squares: [Square] = []
        columns = max(1, Int((high.x - low.x) / size))
        rows = max(1, Int((high.y - low.y) / size))
        self.low = SIMD2(low.x, low.y)
        var numbers = Array(repeating: Int32(-1), count: columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let (x, y) = (low.x + (Double(column) + 0.5) * size, low.y + (Double(row) + 0.5) * size)
                let roof = SIMD3(x, y, box.maximum.z + 1)
                let hit = index.closest(from: roof, direction: SIMD3(0, 0, -1))
                let ground = hit.map { roof.z - $0.distance } ?? level - 1.5
                guard ground < level else { continue }
                numbers[row * columns + column] = Int32(squares.count)
                squares.append(
                    Square(centre: SIMD3(x, y, ground), along: ClutterPrior.wall(index, SIMD3(x, y, level))))
            }
        }
        self.squares = squares
        self.numbers = numbers
    }

    /// Number of the open square that a place lies in; nil where a building stands or beyond the ground looked at.
    func square(at place: SIMD3<Double>) -> Int? {
        let at = (SIMD2(place.x, place.y) - low) / squareMetres
        guard at.x >= 0, at.y >= 0, at.x < Double(columns), at.y < Double(rows) else { return nil }
        let number = numbers[Int(at.y) * columns + Int(at.x)]
        return number < 0 ? nil : Int(number)
    }

    /// Direction of the nearest wall within 30 m; along x where there is none.
    private static func wall(_ index: SceneIndex, _ eye: SIMD3<Double>) -> SIMD2<Double> {
        var nearest = 30.0
        var along = SIMD2(1.0, 0)
        for step in 0..<16 {
            let angle = Double(step) * .pi / 8
            let hit = index.closest(from: eye, direction: SIMD3(cos(angle), sin(angle), 0), limit: nearest)
            guard let hit, hit.distance < nearest else { continue }
            let normal = index.faces.faces[Int(index.faces.faceOfTriangle[hit.triangle])].normal
            let flat = SIMD2(-normal.y, normal.x)
            let length = (flat * flat).sum().squareRoot()
            guard length > 0.5 else { continue }
            nearest = hit.distance
            along = flat / length
        }
        return along
    }

    /// A thing of a kind anywhere in a square.
    func draw(_ kind: Kind, in square: Square, _ draws: inout Draws) -> Clutter {
        let half = squareMetres / 2
        let place = square.centre + SIMD3(draws.uniform(in: -half..<half), draws.uniform(in: -half..<half), 0)
        return resized(typical(kind, at: Square(centre: place, along: square.along)), &draws)
    }

    /// A thing of middling size.
    func typical(_ kind: Kind, at square: Square) -> Clutter {
        switch kind {
        case .crown:
            .crown(
                Clutter.Crown(
                    centre: square.centre + SIMD3(0, 0, ClutterPrior.crownHeight.middle),
                    radiusMetres: ClutterPrior.crownRadius.middle, lossDbPerMetre: ClutterPrior.crownLoss.middle))
        case .vehicle:
            .vehicle(
                Clutter.Vehicle(
                    centre: square.centre, along: square.along, lengthMetres: ClutterPrior.vehicleLength.middle,
                    widthMetres: ClutterPrior.vehicleWidth.middle, heightMetres: ClutterPrior.vehicleHeight.middle))
        }
    }

    /// The same thing with size and loss drawn anew.
    func resized(_ thing: Clutter, _ draws: inout Draws) -> Clutter {
        changed(thing) { range, _ in range.draw(&draws) }
    }

    /// The same thing, size and loss near to what they are.
    func reshaped(_ thing: Clutter, _ draws: inout Draws) -> Clutter {
        changed(thing) { range, value in range.step(from: value, &draws) }
    }

    /// The same thing with other height, radius and loss, or length, height and width.
    private func changed(_ thing: Clutter, _ other: (PriorRange, Double) -> Double) -> Clutter {
        switch thing {
        case .crown(var crown):
            let ground = ground(under: crown.centre)
            crown.centre.z = ground + other(ClutterPrior.crownHeight, crown.centre.z - ground)
            crown.radiusMetres = other(ClutterPrior.crownRadius, crown.radiusMetres)
            crown.lossDbPerMetre = other(ClutterPrior.crownLoss, crown.lossDbPerMetre)
            return .crown(crown)
        case .vehicle(var vehicle):
            vehicle.lengthMetres = other(ClutterPrior.vehicleLength, vehicle.lengthMetres)
            vehicle.heightMetres = other(ClutterPrior.vehicleHeight, vehicle.heightMetres)
            vehicle.widthMetres = other(ClutterPrior.vehicleWidth, vehicle.widthMetres)
            return .vehicle(vehicle)
        }
    }

    private func ground(under place: SIMD3<Double>) -> Double { square(at: place).map { squares[$0].centre.z } ?? 0 }

    /// Whether a thing can stand where it does: not on a reading's place, and no crown on the ground.
    func isPossible(_ thing: Clutter) -> Bool {
        switch thing {
        case .crown(let crown):
            let lowest = crown.centre.z - crown.radiusMetres - ground(under: crown.centre)
            guard lowest >= ClutterPrior.crownClearanceMetres else { return false }
            return readings.allSatisfy {
                let way = SIMD2($0.x - crown.centre.x, $0.y - crown.centre.y)
                return (way * way).sum() > ClutterPrior.trunkMetres * ClutterPrior.trunkMetres
            }
        case .vehicle(let vehicle):
            return readings.allSatisfy { !vehicle.covers($0, marginMetres: ClutterPrior.sideMetres) }
        }
    }
}
