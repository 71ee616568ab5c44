package import Numerics

/// How one path carries the two polarisations: amplitude at the receiver for unit amplitude at the transmitter,
/// between isotropic antennas, free-space loss and carrier phase included.
///
/// The first word is the receiver's direction, the second the transmitter's: unit vectors of growing zenith angle
/// (theta) and azimuth (phi) at the direction of arrival, which points from the receiver to where the wave comes from,
/// and at the direction of departure (TR 38.901 section 7.1). A free path is `diag(1, -1)` times its loss.
package struct PolarTransfer: Sendable, Equatable {
    package var thetaTheta: Complex
    package var thetaPhi: Complex
    package var phiTheta: Complex
    package var phiPhi: Complex

    package init(thetaTheta: Complex, thetaPhi: Complex, phiTheta: Complex, phiPhi: Complex) {
        self.thetaTheta = thetaTheta
        self.thetaPhi = thetaPhi
        self.phiTheta = phiTheta
        self.phiPhi = phiPhi
    }

    /// Power at both polarisations of the receiver for unit power at each of the transmitter's.
    var power: Double {
        thetaTheta.squaredMagnitude + thetaPhi.squaredMagnitude + phiTheta.squaredMagnitude + phiPhi.squaredMagnitude
    }

    /// All amplitudes times a number.
    func scaled(by factor: Double) -> PolarTransfer {
        PolarTransfer(
            thetaTheta: factor * thetaTheta, thetaPhi: factor * thetaPhi, phiTheta: factor * phiTheta,
            phiPhi: factor * phiPhi)
    }

    /// Amplitude between two antennas whose fields towards the path are given along theta and phi.
    package func amplitude(
        transmitter: (theta: Complex, phi: Complex), receiver: (theta: Complex, phi: Complex)
    ) -> Complex {
        let theta = thetaTheta * transmitter.theta + thetaPhi * transmitter.phi
        let phi = phiTheta * transmitter.theta + phiPhi * transmitter.phi
        return receiver.theta * theta + receiver.phi * phi
    }
}
