internal import Glibc
internal import Numerics

/// Makes one tile of samples that come in order: mean powers of Hann-windowed transforms, side by side, per moment.
struct TileBuilder {
    /// Samples of one transform, and so frequencies of a tile.
    static let bins = 256
    /// Moments of a tile, at most.
    static let mostRows = 64
    /// Samples of the excerpt, at most.
    static let excerptSamples = 4_096
    /// Least of what is shown, dB to full scale.
    private static let silenceDb = -300.0

    private let transform = FourierTransform(count: TileBuilder.bins)
    private let window: [Double]
    /// What makes the bins of a transform add up to the mean power of its samples.
    private let scale: Double
    /// Transforms of one moment.
    let framesPerRow: Int

    private var frame: [Complex] = []
    private var row = [Double](repeating: 0, count: TileBuilder.bins)
    private var rowFrames = 0
    private var rowStart = 0
    private var rowExcerpt: [Float] = []
    /// Mean power per bin of each finished moment.
    private var spectra: [[Double]] = []
    private var strongest = -1.0
    private(set) var excerpt: [Float] = []
    private(set) var excerptStart = 0
    private(set) var samples = 0
    private var energy = 0.0
    private var peak = 0.0

    /// - Parameter wanted: samples that a tile should have, about.
    init(wanted: Int) {
        framesPerRow = max(1, wanted / (TileBuilder.bins * TileBuilder.mostRows))
        window = (0..<TileBuilder.bins).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(TileBuilder.bins)) }
        scale = 1 / (Double(TileBuilder.bins) * window.reduce(0) { $0 + $1 * $1 })
    }

    /// Samples after which a tile is full.
    var capacity: Int { framesPerRow * TileBuilder.bins * TileBuilder.mostRows }

    /// Takes the next sample of the recording, whose number is `index`; not finite counts as 0.
    mutating func take(_ sample: Complex, _ index: Int) {
        let power = sample.squaredMagnitude
        let clean = power.isFinite ? sample : .zero
        energy += clean.squaredMagnitude
        peak = max(peak, clean.squaredMagnitude)
        if rowFrames == 0, frame.isEmpty { rowStart = index }
        if rowExcerpt.count < 2 * TileBuilder.excerptSamples {
            rowExcerpt.append(Float(clean.real))
            rowExcerpt.append(Float(clean.imaginary))
        }
        frame.append(window[frame.count] * clean)
        samples += 1
        if frame.count == TileBuilder.bins { endFrame() }
    }

    private mutating func endFrame() {
        transform.transform(&frame)
        // From the lowest frequency up: the upper half of a transform are the negative ones.
        let half = TileBuilder.bins / 2
        for bin in 0..<TileBuilder.bins { row[bin] += scale * frame[(bin + half) % TileBuilder.bins].squaredMagnitude }
        frame.removeAll(keepingCapacity: true)
        rowFrames += 1
        if rowFrames == framesPerRow { endRow() }
    }

    private mutating func endRow() {
        guard rowFrames > 0 else { return }
        let mean = row.map { $0 / Double(rowFrames) }
        let power = mean.reduce(0, +)
        if power > strongest {
            strongest = power
            excerptStart = rowStart
            swap(&excerpt, &rowExcerpt)
        }
        spectra.append(mean)
        for bin in row.indices { row[bin] = 0 }
        rowFrames = 0
        rowExcerpt.removeAll(keepingCapacity: true)
    }

    /// The tile of what has come since the last one; nil of less than one transform.
    mutating func finish(_ recording: SignalRecording, _ capture: SignalRecording.Capture, from start: Int)
        -> SignalTile?
    {
        endRow()
        defer { self = TileBuilder(wanted: capacity) }
        guard !spectra.isEmpty else { return nil }
        let range = start..<start + samples
        let found = occupied(recording.rateHz, capture.centreHz)
        let descriptor = SignalTile.Descriptor(
            recording: recording.name, sampleStart: start, sampleCount: samples, rateHz: recording.rateHz,
            meanDbfs: Self.decibels(energy / Double(samples)), peakDbfs: Self.decibels(peak),
            noiseFloorDbfsPerHz: Self.decibels(found.floor * Double(Self.bins) / recording.rateHz),
            occupiedHz: found.band.map { $0.upperBound - $0.lowerBound } ?? 0, occupiedLowHz: found.band?.lowerBound,
            occupiedHighHz: found.band?.upperBound, occupancy: found.share, labels: recording.labels(of: range))
        let passed = Double(start - capture.samples.lowerBound) / recording.rateHz
        return SignalTile(
            at: capture.at + Int64((passed * 1e6).rounded()), cell: recording.cell(of: range, in: capture),
            centreHz: capture.centreHz, durationSeconds: Double(samples) / recording.rateHz, rows: spectra.count,
            levels: spectra.flatMap { $0.map { Int8(max(-128, min(127, Self.decibels($0).rounded()))) } },
            descriptor: descriptor, excerptStart: excerptStart, excerpt: excerpt)
    }

    /// Floor per bin, the occupied band in Hz, and the share of the spectrogram that stands above the floor.
    private func occupied(
        _ rateHz: Double, _ centreHz: Double
    ) -> (floor: Double, band: ClosedRange<Double>?, share: Double) {
        let mean = (0..<Self.bins).map { bin in spectra.reduce(0) { $0 + $1[bin] } / Double(spectra.count) }
        let floor = mean.sorted()[Self.bins / 4]
        let above = spectra.reduce(0) { $0 + $1.count { $0 > 4 * floor } }
        let share = Double(above) / Double(spectra.count * Self.bins)
        let excess = mean.map { $0 > 2 * floor ? $0 - floor : 0 }
        let total = excess.reduce(0, +)
        guard total > 0 else { return (floor, nil, share) }
        var sum = 0.0
        var (low, high) = (0, Self.bins - 1)
        for (bin, power) in excess.enumerated() {
            if sum <= 0.005 * total, sum + power > 0.005 * total { low = bin }
            if sum < 0.995 * total, sum + power >= 0.995 * total { high = bin }
            sum += power
        }
        let width = rateHz / Double(Self.bins)
        // The bin in the middle has the centre frequency in its middle.
        let edge = centreHz - rateHz / 2 - width / 2
        return (floor, edge + Double(low) * width...edge + Double(high + 1) * width, share)
    }

    private static func decibels(_ power: Double) -> Double {
        power > 0 ? max(silenceDb, 10 * log10(power)) : silenceDb
    }
}
