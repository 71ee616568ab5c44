import RadioPropagation
import Testing

@Suite struct ITUMaterialsTests {
    /// By hand from Table 3: a f^b and c f^d.
    @Test(arguments: [
        ("itu_concrete", 3.5, 5.24, 0.123_087), ("glass", 28, 6.31, 0.312_3), ("wet_ground", 2, 22.735_75, 0.369_343),
        ("itu-medium_dry_ground", 5, 12.770_1, 0.482_38), ("metal", 10, 1, 1e7), ("vacuum", 60, 1, 0),
        ("brick", 3.5, 3.91, 0.029_08), ("concrete", 200, 5.17, 4.672), ("plywood", 3.5, 2.71, 0.33),
    ])
    func propertiesFollowTheTable(name: String, gigahertz: Double, permittivity: Double, conductivity: Double) throws {
        let found = try ITUMaterials.material(named: name).properties(frequencyHz: gigahertz * 1e9)
        #expect(abs(found.relativePermittivity - permittivity) <= 1e-5 * permittivity)
        #expect(abs(found.conductivity - conductivity) <= 2e-4 * conductivity)
    }

    @Test func theComplexPermittivityHasTheSignOfExpPlusJOmegaT() throws {
        let concrete = try ITUMaterials.material(named: "itu_concrete")
        #expect(concrete.name == "itu_concrete")
        #expect(concrete.thicknessMetres == 0.1)
        let permittivity = try concrete.complexPermittivity(frequencyHz: 3.5e9)
        #expect(permittivity.real == 5.24)
        // 17.98 sigma / f(GHz), P.2040-3 equation 12.
        #expect(abs(permittivity.imaginary + 17.975_1 * 0.123_087 / 3.5) < 1e-4)
    }

    /// Where ranges overlap the first row counts; between 100 and 110 GHz only the wide row is left.
    @Test func overlappingRangesAreTakenInOrder() throws {
        let board = try ITUMaterials.material(named: "plasterboard")
        #expect(try board.properties(frequencyHz: 100e9).relativePermittivity == 2.73)
        #expect(try board.properties(frequencyHz: 105e9).relativePermittivity == 2.65)
        #expect(try board.properties(frequencyHz: 200e9).relativePermittivity == 2.56)
    }

    @Test(arguments: [("concrete", 105.0), ("brick", 0.7), ("wet_ground", 28), ("metal", 101)])
    func outsideItsRangeAMaterialIsRefusedWithBoth(name: String, gigahertz: Double) throws {
        let material = try ITUMaterials.material(named: name)
        let error = #expect(throws: RadioMaterialError.self) {
            try material.complexPermittivity(frequencyHz: gigahertz * 1e9)
        }
        #expect(error?.description.contains("'itu_\(name)' is not defined at \(gigahertz) GHz") == true)
        #expect(
            error?.description.contains(name == "concrete" ? "1.0-100.0 GHz, 110.0-330.0 GHz" : " GHz; use") == true)
    }

    @Test func anUnknownNameIsRefusedWithTheKnownOnes() {
        let error = #expect(throws: RadioMaterialError.self) { try ITUMaterials.material(named: "itu_stone") }
        #expect(error == .unknownName("itu_stone"))
        #expect(error?.description.contains("vacuum, concrete, brick") == true)
    }

    @Test func everyRowIsPlausible() throws {
        #expect(ITUMaterials.names.count == 19)
        for (name, rows) in ITUMaterials.table {
            let material = try ITUMaterials.material(named: name)
            for row in rows {
                for gigahertz in [row.gigahertz.lowerBound, row.gigahertz.upperBound] {
                    let found = try material.properties(frequencyHz: gigahertz * 1e9)
                    #expect(found.relativePermittivity >= 1 && found.conductivity >= 0, "\(name) at \(gigahertz) GHz")
                    #expect(found.conductivity < 200 || name == "metal", "\(name) at \(gigahertz) GHz")
                }
            }
        }
    }

    @Test func constantsHoldAtEveryFrequency() throws {
        let own = RadioMaterial(name: "own", law: .constant(relativePermittivity: 3, conductivity: 0.01))
        for frequency in [1e6, 3.5e9, 1e12] {
            #expect(try own.properties(frequencyHz: frequency) == (3, 0.01))
        }
    }
}
