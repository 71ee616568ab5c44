internal import Glibc
internal import Numerics

/// What the paths of one receiver met, weighted by their power: how its gain depends on the materials.
///
/// If every reflection at material m were `theta_m` dB stronger, the gain would rise by `reflections[m] theta_m`:
/// `dP_dB / dtheta_m = sum_i (P_i / P) n_im` over the paths i with n_im interactions. The same holds for the others.
package struct MaterialMix: Sendable, Equatable {
    /// Sum of the path powers in dB.
    package var gainDb: Double
    /// Share of the power on the free path, 0...1.
    package var lineOfSight: Double
    /// Mean number of mirror reflections by material of the scene.
    package var reflections: [Double]
    /// Mean number of walls passed, by material.
    package var transmissions: [Double]
    /// Mean number of diffuse reflections, by material.
    package var scatterings: [Double]
    /// Mean number of edges passed.
    package var diffraction: Double

    /// Reflections, scatterings and transmissions of a material, where one parameter stands for all it does.
    package func interactions(material: Int) -> Double {
        reflections[material] + transmissions[material] + scatterings[material]
    }
}

extension PathSet {
    /// The mix of one receiver; nil where no path reaches it.
    package func materialMix(
        receiver: Int, transmitterAntenna: Antenna = .vertical, receiverAntenna: Antenna = .vertical
    ) -> MaterialMix? {
        let none = [Double](repeating: 0, count: materialCount)
        var mix = MaterialMix(
            gainDb: 0, lineOfSight: 0, reflections: none, transmissions: none, scatterings: none, diffraction: 0)
        var total = 0.0
        for path in paths(of: receiver) {
            let power = amplitude(
                of: path, transmitterAntenna: transmitterAntenna, receiverAntenna: receiverAntenna
            ).squaredMagnitude
            total += power
            if geometry.vertices(of: path).isEmpty { mix.lineOfSight += power }
            for vertex in geometry.vertices(of: path) {
                let material = Int(materialOfVertex[vertex])
                switch geometry.kind[vertex] {
                case .specular: mix.reflections[material] += power
                case .transmission: mix.transmissions[material] += power
                case .diffuse: mix.scatterings[material] += power
                case .diffraction: mix.diffraction += power
                }
            }
        }
        guard total > 0 else { return nil }
        mix.gainDb = 10 * log10(total)
        mix.lineOfSight /= total
        mix.diffraction /= total
        for material in 0..<materialCount {
            mix.reflections[material] /= total
            mix.transmissions[material] /= total
            mix.scatterings[material] /= total
        }
        return mix
    }
}
