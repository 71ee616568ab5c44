internal import Foundation

/// A recording of complex samples as SigMF 1.2 describes it: `NAME.sigmf-meta` (JSON) beside `NAME.sigmf-data`. One
/// channel; `dtnet:cell`, of the recording, a capture or an annotation, names the cell that it was taken in.
package struct SignalRecording: Sendable, Equatable {
    /// Samples taken with one setting, up to the next capture.
    package struct Capture: Sendable, Equatable {
        /// First sample, and the one behind the last.
        package var samples: Range<Int>
        package var centreHz: Double
        /// Of its first sample, microseconds since 1970.
        package var at: Int64
        package var cell: Int?
    }

    /// What somebody has noted about a stretch of samples.
    package struct Annotation: Sendable, Equatable {
        package var samples: Range<Int>
        package var label: String
        package var cell: Int?
    }

    /// File name without its extension.
    package var name: String
    package var dataPath: String
    package var format: SampleFormat
    package var rateHz: Double
    /// In the order of their samples; at least one.
    package var captures: [Capture]
    package var annotations: [Annotation]

    package static let suffix = ".sigmf-meta"
    /// Bytes of a description, at most.
    static let mostMetaBytes = 16 << 20
    /// Captures and annotations, at most of each.
    static let mostEntries = 100_000

    /// Reads a description and measures the file of its samples.
    ///
    /// - Parameters:
    ///   - path: of the `.sigmf-meta` file.
    ///   - begin: time of the first capture where it names none, microseconds since 1970.
    ///   - time: reads `core:datetime`; nil where the text is no time.
    /// - Throws: `MeasurementError` that names file and key.
    package init(
        path: String, begin: Int64? = nil, time: (String) -> Int64?
    ) throws(MeasurementError) {
        guard path.hasSuffix(SignalRecording.suffix) else {
            throw MeasurementError(path, "a recording is named by its \(SignalRecording.suffix) file")
        }
        let root = try SigMFObject(file: path, mostBytes: SignalRecording.mostMetaBytes)
        let global = try root.object("global")
        let base = String(path.dropLast(SignalRecording.suffix.count))
        name = URL(fileURLWithPath: base).lastPathComponent
        format = try SignalRecording.format(global)
        rateHz = try global.number("core:sample_rate", in: 1...1e12)
        guard try global.whole("core:num_channels", in: 1...1_024) ?? 1 == 1 else {
            throw global.flaw("core:num_channels", "recordings of one channel are read: write the channels apart")
        }
        let offset = try global.whole("core:offset", in: 0...Int.max / 2) ?? 0
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        dataPath = try global.text("core:dataset").map { folder.appending(path: $0).path } ?? base + ".sigmf-data"
        let trailing = try global.whole("core:trailing_bytes", in: 0...Int.max / 2) ?? 0
        let count = try SignalRecording.samples(of: dataPath, format, without: trailing)
        captures = try SignalRecording.captures(root, global, offset, count, rateHz, begin, time)
        annotations = try SignalRecording.annotations(root, offset, count)
    }

    /// The cell of a stretch of samples: that of the first annotation on it that names one, else of its capture.
    package func cell(of samples: Range<Int>, in capture: Capture) -> Int? {
        annotations.first { $0.cell != nil && $0.samples.overlaps(samples) }?.cell ?? capture.cell
    }

    /// Labels of the annotations on a stretch of samples, each once.
    package func labels(of samples: Range<Int>) -> [String] {
        annotations.reduce(into: []) { labels, note in
            guard note.samples.overlaps(samples), !note.label.isEmpty, !labels.contains(note.label) else { return }
            labels.append(note.label)
        }
    }

    // MARK: - Parts

    private static func format(_ global: SigMFObject) throws(MeasurementError) -> SampleFormat {
        let known = SampleFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = try global.text("core:datatype") else {
            throw global.flaw("core:datatype", "it is missing; samples of \(known) are read")
        }
        guard let format = SampleFormat(rawValue: text) else {
            throw global.flaw("core:datatype", "'\(text)' is not read; samples of \(known) are")
        }
        return format
    }

    /// Samples that a file holds.
    private static func samples(
        of path: String, _ format: SampleFormat, without trailing: Int
    ) throws(MeasurementError) -> Int {
        guard let values = try? FileManager.default.attributesOfItem(atPath: path),
            values[.type] as? FileAttributeType == .typeRegular, let size = values[.size] as? Int
        else { throw MeasurementError(path, "no file of samples that can be read") }
        let bytes = size - trailing
        guard bytes >= format.sampleBytes, bytes % format.sampleBytes == 0 else {
            throw MeasurementError(
                path,
                "\(bytes) bytes are no whole number of samples of \(format.rawValue), \(format.sampleBytes) bytes "
                    + "each: is core:datatype right, or the file cut off?")
        }
        return bytes / format.sampleBytes
    }

    private static func captures(
        _ root: SigMFObject, _ global: SigMFObject, _ offset: Int, _ count: Int, _ rateHz: Double, _ begin: Int64?,
        _ time: (String) -> Int64?
    ) throws(MeasurementError) -> [Capture] {
        let entries = try root.objects("captures", most: mostEntries)
        guard !entries.isEmpty else { throw root.flaw("captures", "a recording has one capture at least") }
        let cell = try global.cell()
        var captures: [Capture] = []
        for entry in entries {
            let start = try entry.start(offset, before: count)
            if let last = captures.last, start <= last.samples.lowerBound {
                throw entry.flaw("core:sample_start", "captures stand in the order of their samples")
            }
            guard try entry.whole("core:header_bytes", in: 0...Int.max / 2) ?? 0 == 0 else {
                throw entry.flaw("core:header_bytes", "headers between samples are not read: take them out")
            }
            let at: Int64
            if let text = try entry.text("core:datetime") {
                guard let read = time(text) else {
                    throw entry.flaw("core:datetime", "'\(text)' is no time: write 2026-11-28T17:48:14Z")
                }
                at = read
            } else if let last = captures.last {
                at = last.at + Int64((Double(start - last.samples.lowerBound) / rateHz * 1e6).rounded())
            } else if let begin {
                at = begin
            } else {
                throw entry.flaw("core:datetime", "it is missing; say when the recording began with --begin")
            }
            if let last = captures.indices.last { captures[last].samples = captures[last].samples.lowerBound..<start }
            captures.append(
                Capture(
                    samples: start..<count, centreHz: try entry.number("core:frequency", in: 0...1e13), at: at,
                    cell: try entry.cell() ?? cell))
        }
        return captures
    }

    private static func annotations(
        _ root: SigMFObject, _ offset: Int, _ count: Int
    ) throws(MeasurementError) -> [Annotation] {
        var annotations: [Annotation] = []
        for entry in try root.objects("annotations", most: mostEntries) {
            let start = try entry.start(offset, before: count)
            let length = try entry.whole("core:sample_count", in: 0...Int.max / 2) ?? count - start
            guard length <= count - start else {
                throw entry.flaw("core:sample_count", "\(length) samples from \(start) on reach beyond the \(count)")
            }
            let (label, comment) = (try entry.text("core:label"), try entry.text("core:comment"))
            annotations.append(
                Annotation(samples: start..<start + length, label: label ?? comment ?? "", cell: try entry.cell()))
        }
        return annotations
    }
}
