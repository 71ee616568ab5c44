/// A reading that a scene is learnt from: one whose link has paths in the drawing.
struct SceneReading {
    /// Metres in the scene.
    var place: SIMD3<Double>
    var cell: UInt32
    var phone: UInt32
    /// Reading less what the cell sends, dB.
    var gainDb: Double
}
