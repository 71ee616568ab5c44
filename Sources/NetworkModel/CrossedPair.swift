/// What the elements of a crossed pair, at -45 and +45 degrees to an antenna's own polarisation, send over one way,
/// both polarisations received.
package struct CrossedPair: Sendable, Equatable {
    /// Power of each element over that of the antenna itself, 0 or more.
    package var firstPower: Float
    package var secondPower: Float
    /// Amplitude of the first times the conjugate of the second's, in the same unit.
    package var coherenceReal: Float
    package var coherenceImaginary: Float

    package init(firstPower: Float, secondPower: Float, coherenceReal: Float, coherenceImaginary: Float) {
        self.firstPower = firstPower
        self.secondPower = secondPower
        self.coherenceReal = coherenceReal
        self.coherenceImaginary = coherenceImaginary
    }
}
