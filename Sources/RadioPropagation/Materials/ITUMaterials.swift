/// One row of ITU-R P.2040 Table 3: relative permittivity `a f^b`, conductivity `c f^d` S/m, f in GHz.
package struct ITURow: Sendable, Equatable {
    package var gigahertz: ClosedRange<Double>
    package var a: Double
    package var b: Double
    package var c: Double
    package var d: Double

    package init(_ gigahertz: ClosedRange<Double>, _ a: Double, _ b: Double, _ c: Double, _ d: Double) {
        self.gigahertz = gigahertz
        self.a = a
        self.b = b
        self.c = c
        self.d = d
    }
}

/// The building materials of ITU-R P.2040 (08/2023, Table 3), with the rows that later editions and Sionna RT 2.2 add.
package enum ITUMaterials {
    /// In the order of the recommendation. Where ranges overlap the first row counts, as in Sionna RT.
    package static let table: KeyValuePairs<String, [ITURow]> = [
        "vacuum": [ITURow(0.001...100, 1, 0, 0, 0)],
        "concrete": [ITURow(1...100, 5.24, 0, 0.0462, 0.7822), ITURow(110...330, 5.17, 0, 0.0145, 1.09)],
        "brick": [ITURow(1...40, 3.91, 0, 0.0238, 0.16), ITURow(110...330, 4.15, 0, 0.0006, 1.5712)],
        "plasterboard": [
            ITURow(1...100, 2.73, 0, 0.0085, 0.9395), ITURow(110...330, 2.56, 0, 0.0001, 1.7799),
            ITURow(100...400, 2.65, 0, 0.0002, 1.598),
        ],
        "wood": [
            ITURow(0.001...100, 1.99, 0, 0.0047, 1.0718), ITURow(110...330, 1.82, 0, 0.004, 1.0761),
            ITURow(100...400, 2.1183, 0, 0.0055, 1.1113),
        ],
        "glass": [
            ITURow(0.1...100, 6.31, 0, 0.0036, 1.3394), ITURow(220...450, 5.79, 0, 0.0004, 1.658),
            ITURow(100...400, 6.5767, 0, 0.0012, 1.4697),
        ],
        "clear_acrylic": [ITURow(110...330, 2.58, 0, 0.0001, 1.6524)],
        "ceiling_board": [
            ITURow(1...100, 1.48, 0, 0.0011, 1.075), ITURow(220...450, 1.52, 0, 0.0029, 1.029),
            ITURow(100...400, 1.2567, 0, 0.00013, 1.454),
        ],
        "chipboard": [ITURow(1...100, 2.58, 0, 0.0217, 0.78), ITURow(100...200, 2.16, 0, 0.0023, 1.359)],
        "plywood": [
            ITURow(1...40, 2.71, 0, 0.33, 0), ITURow(110...330, 1.94, 0, 0.0067, 0.9982),
            ITURow(100...400, 2.17, 0, 0.0063, 1.045),
        ],
        "marble": [
            ITURow(1...60, 7.074, 0, 0.0055, 0.9262), ITURow(110...330, 7.94, 0, 0.0001, 1.733),
            ITURow(100...400, 8.62, 0, 0.0027, 1.15),
        ],
        "floorboard": [
            ITURow(50...100, 3.66, 0, 0.0044, 1.3515), ITURow(220...300, 5.27, 0, 2.22e-17, 7.3413),
            ITURow(300...400, 5.27, 0, 0.0003, 2.0298), ITURow(400...450, 5.27, 0, 49.8726, 0),
            ITURow(100...400, 3.1575, 0, 0.001675, 1.32775),
        ],
        "vinyl_tile": [ITURow(1...40, 3.62, 0, 0.0051, 0.8422)],
        "carpet_tile": [ITURow(1...40, 2.08, 0, 0.0009, 0.82)],
        "asphalt_concrete": [ITURow(1...40, 4.83, 0, 0.0108, 1.3969)],
        "metal": [ITURow(1...100, 1, 0, 1e7, 0)],
        "very_dry_ground": [ITURow(1...10, 3, 0, 0.00015, 2.52)],
        "medium_dry_ground": [ITURow(1...10, 15, -0.1, 0.035, 1.63)],
        "wet_ground": [ITURow(1...10, 30, -0.4, 0.15, 1.3)],
    ]

    /// The names without prefix, in the order of the table.
    package static let names = table.map(\.key)

    /// The material of a name with or without the prefix `itu_` (or `itu-`); its name becomes `itu_...`.
    ///
    /// - Throws: `RadioMaterialError.unknownName`.
    package static func material(
        named name: String, thicknessMetres: Double = RadioMaterial.defaultThicknessMetres
    ) throws(RadioMaterialError) -> RadioMaterial {
        let hasPrefix = name.hasPrefix("itu_") || name.hasPrefix("itu-")
        let key = hasPrefix ? String(name.dropFirst(4)) : name
        guard let row = table.first(where: { $0.key == key }) else { throw .unknownName(name) }
        return RadioMaterial(name: "itu_\(key)", law: .itu(row.value), thicknessMetres: thicknessMetres)
    }
}
