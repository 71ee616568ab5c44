import RadioPropagation
import Testing

/// Attenuation by rain against the table of ITU-R P.838-3.
@Suite struct RainAttenuationTests {
    /// Table 5 of the recommendation: k and alpha, horizontal and vertical.
    @Test(arguments: [
        (1.0, 0.0000259, 0.9691, 0.0000308, 0.8592), (4, 0.0001071, 1.6009, 0.0002461, 1.2476),
        (10, 0.01217, 1.2571, 0.01129, 1.2156), (28, 0.2051, 0.9679, 0.1964, 0.9277),
        (60, 0.8606, 0.7656, 0.8515, 0.7486), (100, 1.3671, 0.6815, 1.3680, 0.6765),
    ])
    func coefficientsAreThoseOfTheTable(
        gigahertz: Double, horizontalK: Double, horizontalAlpha: Double, verticalK: Double, verticalAlpha: Double
    ) {
        let found = RainAttenuation.coefficients(frequencyHz: gigahertz * 1e9)
        #expect(abs(found.horizontal.k / horizontalK - 1) < 2e-3 && abs(found.vertical.k / verticalK - 1) < 2e-3)
        #expect(abs(found.horizontal.alpha - horizontalAlpha) < 2e-4)
        #expect(abs(found.vertical.alpha - verticalAlpha) < 2e-4)
    }

    @Test func aKilometreInHeavyRain() {
        let perKilometre = { (gigahertz: Double) in
            1_000 * RainAttenuation(frequencyHz: gigahertz * 1e9).dbPerMetre(millimetresPerHour: 50)
        }
        // 0.2008 * 50^0.948 at 28 GHz; next to nothing at 3.5 GHz.
        #expect((8...9).contains(perKilometre(28)) && (0...0.05).contains(perKilometre(3.5)))
        #expect(perKilometre(60) > perKilometre(28) && perKilometre(0.7) == 0)
        #expect(RainAttenuation(frequencyHz: 28e9).dbPerMetre(millimetresPerHour: 0) == 0)
    }
}
