internal import Numerics

/// What a material does to a wave of one frequency, ready for the kernels.
struct MaterialElectrics: Sendable {
    /// Complex relative permittivity, imaginary part not positive.
    var permittivity: Complex
    /// `2 pi thickness / wavelength`.
    var wavenumberThickness: Double
    /// Amplitude that scattering leaves to reflections, `sqrt(1 - S^2)` with the scattering coefficient S.
    var specularAmplitude: Double
    /// Scattering coefficient S.
    var scatteredAmplitude: Double
    /// Amplitudes of scattered waves that keep and that change their polarisation: squares sum to 1.
    var coPolar: Double
    var crossPolar: Double

    /// - Throws: `RadioMaterialError` where the material is not defined at the frequency.
    init(_ material: RadioMaterial, frequencyHz: Double) throws(RadioMaterialError) {
        let (real, imaginary) = try material.complexPermittivity(frequencyHz: frequencyHz)
        permittivity = Complex(real, imaginary)
        wavenumberThickness = 2 * .pi * frequencyHz / speedOfLight * material.thicknessMetres
        scatteredAmplitude = material.scatteringCoefficient
        specularAmplitude = max(0, 1 - scatteredAmplitude * scatteredAmplitude).squareRoot()
        crossPolar = material.crossPolarisationDiscrimination.squareRoot()
        coPolar = max(0, 1 - material.crossPolarisationDiscrimination).squareRoot()
    }

    func slab(cosine: Double) -> SlabCoefficients {
        SlabCoefficients(cosine: cosine, permittivity: permittivity, wavenumberThickness: wavenumberThickness)
    }
}

/// Metres per second, exact.
package let speedOfLight = 299_792_458.0
