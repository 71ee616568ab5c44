internal import ArgumentParser
internal import Learning
internal import Measurements

/// What the readings of `dtnet radio fit` are relative to: their power and their place, whatever the
/// baseline.
struct ReferenceOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Transmitted power that the readings hold, dBm: 0 for path gains (the default without --save).",
            discussion: "What is learnt are path gains: readings less this power. RSRP holds that of one resource "
                + "element at the cells' transmit power, as an edge takes it: transmit power - "
                + "10 log10(bandwidth / 30 kHz)."))
    var power: Double?

    /// What is taken off every reading, dB.
    var powerDbm: Double { power ?? 0 }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What becomes (0, 0): latitude,longitude in degrees, or x,y in metres as the files have them.",
            discussion: "The origin of the scene, or of the topology that loads what --save writes. By default (0, 0) "
                + "of the scene; else that of files in metres, or the first place of files in degrees or UTM."))
    var origin: String?

    func validate() throws {
        if let power, !(abs(power) <= 150) { throw ValidationError("--power is -150 to 150 dBm") }
        guard let origin else { return }
        guard ReferenceOptions.pair(origin) != nil else {
            throw ValidationError("--origin: '\(origin)' is not two numbers with a comma between")
        }
    }

    /// The frame that readings are brought into; nil takes that of the first one with a place.
    ///
    /// - Parameter inScene: the axes are those of a scene.
    func frame(of layout: MeasurementLayout, inScene: Bool) throws -> Frame? {
        guard let origin else { return inScene ? .metres(originX: 0, originY: 0) : nil }
        guard let (first, second) = ReferenceOptions.pair(origin) else {
            throw ToolFailure(.usage, "--origin: '\(origin)' is not two numbers with a comma between")
        }
        guard case .degrees = layout.coordinates else { return .metres(originX: first, originY: second) }
        guard abs(first) <= 90, abs(second) <= 180 else {
            throw ToolFailure(.usage, "--origin: '\(origin)' is no latitude (-90 to 90) and longitude (-180 to 180)")
        }
        return .geodetic(latitude: first, longitude: second)
    }

    private static func pair(_ text: String) -> (Double, Double)? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Double($0.filter { $0 != " " }) }.filter(\.isFinite)
        return words.count == 2 && numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
}
