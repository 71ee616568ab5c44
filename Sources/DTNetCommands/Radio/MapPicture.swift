internal import RadioPropagation

/// The cells of a map laid out in columns and rows.
struct MapRaster {
    /// Centre of the first cell, south-west.
    var origin: SIMD3<Double>
    var step: Double
    var columns: Int
    var rows: Int
    /// Raster cell of each map cell; nil where they are the same.
    var cells: [Int]?

    /// Pixels would not suffice beyond this many columns or rows.
    static let most = 4_000

    init(origin: SIMD3<Double>, step: Double, columns: Int, rows: Int, cells: [Int]?) {
        self.origin = origin
        self.step = step
        self.columns = columns
        self.rows = rows
        self.cells = cells
    }

    /// Points anywhere, each put into the cell it lies in; cells grow until the raster is small enough.
    init(points: [SIMD3<Double>], step: Double) {
        var low = points.first ?? .zero
        var high = low
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let extent = high - low
        let step = max(step, max(extent.x, extent.y) / Double(MapRaster.most - 1))
        let columns = Int((extent.x / step).rounded()) + 1
        let rows = Int((extent.y / step).rounded()) + 1
        self.init(
            origin: low, step: step, columns: columns, rows: rows,
            cells: points.map { point in
                let place = (point - low) / step
                return Int(place.y.rounded()) * columns + Int(place.x.rounded())
            })
    }
}

/// A map as a picture: cells coloured by value, the transmitters as crosses, a scale with its values below.
struct MapPicture {
    private var image: PNGImage
    private static let margin = 12
    private static let scaleHeight = 14
    /// Colours of the scale, then white, black, grey for cells without a path, red.
    private static let steps = 240
    private static let white = UInt8(steps)
    private static let black = UInt8(steps + 1)
    private static let grey = UInt8(steps + 2)
    private static let red = UInt8(steps + 3)

    /// - Parameters:
    ///   - values: in dB or dBm; nil where there is nothing. There may be fewer than cells: the rest is left grey.
    ///   - unit: behind the last mark of the scale.
    init(values: [Double?], unit: String, raster: MapRaster, transmitters: [SIMD3<Double>]) {
        let scale = MapPicture.range(of: values.compactMap(\.self).sorted())
        let pixels = max(1, min(16, 900 / max(raster.columns, raster.rows)))
        let mapWidth = raster.columns * pixels
        let mapHeight = raster.rows * pixels
        let width = max(mapWidth, 300) + 2 * MapPicture.margin
        let height = mapHeight + MapPicture.scaleHeight + 4 * MapPicture.margin + DigitFont.height
        image = PNGImage(width: width, height: height, palette: MapPicture.palette, fill: MapPicture.white)
        image.fill(
            x: MapPicture.margin, y: MapPicture.margin, width: mapWidth, height: mapHeight, colour: MapPicture.grey)
        for (point, value) in values.enumerated() {
            guard let value else { continue }
            let cell = raster.cells?[point] ?? point
            let row = raster.rows - 1 - cell / raster.columns
            image.fill(
                x: MapPicture.margin + cell % raster.columns * pixels, y: MapPicture.margin + row * pixels,
                width: pixels, height: pixels, colour: MapPicture.colour(value, in: scale))
        }
        for transmitter in transmitters { draw(transmitter, raster, pixels: pixels) }
        drawScale(scale, unit: unit, top: mapHeight + 2 * MapPicture.margin, width: width - 2 * MapPicture.margin)
    }

    /// A cross where a transmitter stands, if it stands over the map.
    private mutating func draw(_ transmitter: SIMD3<Double>, _ raster: MapRaster, pixels: Int) {
        let place = (transmitter - raster.origin) / raster.step + SIMD3(0.5, 0.5, 0)
        guard place.x >= 0, place.y >= 0, place.x < Double(raster.columns), place.y < Double(raster.rows) else {
            return
        }
        let x = MapPicture.margin + Int(place.x * Double(pixels))
        let y = MapPicture.margin + raster.rows * pixels - Int(place.y * Double(pixels))
        image.fill(x: x - 6, y: y - 1, width: 13, height: 3, colour: MapPicture.red)
        image.fill(x: x - 1, y: y - 6, width: 3, height: 13, colour: MapPicture.red)
    }

    /// The file.
    var png: [UInt8] { image.data }

    private mutating func drawScale(_ scale: ClosedRange<Double>, unit: String, top: Int, width: Int) {
        for x in 0..<width {
            let gain = scale.lowerBound + (scale.upperBound - scale.lowerBound) * Double(x) / Double(width - 1)
            image.fill(
                x: MapPicture.margin + x, y: top, width: 1, height: MapPicture.scaleHeight,
                colour: MapPicture.colour(gain, in: scale))
        }
        let marks = 4
        for mark in 0...marks {
            let share = Double(mark) / Double(marks)
            let value = scale.lowerBound + (scale.upperBound - scale.lowerBound) * share
            let text = "\(Int(value.rounded()))" + (mark == marks ? " \(unit)" : "")
            let at = MapPicture.margin + Int(share * Double(width - 1))
            image.fill(x: at, y: top + MapPicture.scaleHeight, width: 1, height: 4, colour: MapPicture.black)
            let half = DigitFont.width(of: text) / 2
            let left = min(max(at - half, MapPicture.margin), MapPicture.margin + width - 2 * half)
            DigitFont.draw(
                text, on: &image, x: left, y: top + MapPicture.scaleHeight + 6, colour: MapPicture.black)
        }
    }

    // MARK: - Colours

    /// From the 2nd to the 98th percentile, rounded outwards to 4 dB, so that a few cells do not flatten the rest.
    private static func range(of sorted: [Double]) -> ClosedRange<Double> {
        guard !sorted.isEmpty else { return -140 ... -60 }
        let low = (sorted[sorted.count / 50] / 4).rounded(.down) * 4
        let high = (sorted[sorted.count - 1 - sorted.count / 50] / 4).rounded(.up) * 4
        return low...max(high, low + 4)
    }

    private static func colour(_ gain: Double, in scale: ClosedRange<Double>) -> UInt8 {
        let share = (gain - scale.lowerBound) / (scale.upperBound - scale.lowerBound)
        return UInt8(min(max(share, 0), 1) * Double(steps - 1))
    }

    /// Dark blue over green to yellow, brighter all the way: it reads in grey and with any colour vision.
    private static let stops: [SIMD3<Double>] = [
        SIMD3(40, 16, 92), SIMD3(52, 84, 142), SIMD3(32, 146, 140), SIMD3(110, 206, 88), SIMD3(252, 232, 40),
    ]

    private static let palette: [SIMD3<UInt8>] =
        (0..<steps).map { step in
            let place = Double(step) / Double(steps - 1) * Double(stops.count - 1)
            let first = min(Int(place), stops.count - 2)
            let mixed = stops[first] + (stops[first + 1] - stops[first]) * (place - Double(first))
            return SIMD3(UInt8(mixed.x), UInt8(mixed.y), UInt8(mixed.z))
        } + [SIMD3(255, 255, 255), SIMD3(0, 0, 0), SIMD3(208, 208, 208), SIMD3(220, 30, 30)]
}
