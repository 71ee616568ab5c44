internal import RadioPropagation

/// The materials of a Mitsuba scene by id, with the rules of Sionna RT: an id `itu_...` or `mat-itu_...` names a row
/// of ITU-R P.2040 whatever the kind of its bsdf; `itu-radio-material` names it in `type`; `radio-material` gives the
/// constants. Other bsdfs colour a picture and say nothing about radio waves: only a shape that uses one is at fault.
struct MitsubaMaterials {
    private enum Entry {
        case radio(RadioMaterial)
        case visual(kind: String)
    }

    private var entries: [String: Entry] = [:]
    private(set) var notes: [String] = []

    var ids: [String] { entries.keys.sorted() }

    /// Takes in a bsdf of the scene.
    mutating func add(_ part: MitsubaPart) throws(SceneFileError) {
        guard let id = try part.text("id") else { throw part.fault("a bsdf of the scene needs an id") }
        guard entries[id] == nil else { throw part.fault("the id '\(id)' is taken") }
        entries[id] = try entry(part, id: id)
    }

    /// The material behind an id.
    func material(_ id: String, for shape: MitsubaPart) throws(SceneFileError) -> RadioMaterial {
        switch entries[id] {
        case .radio(let material): return material
        case .visual(let kind): throw shape.fault(MitsubaMaterials.noRadio(id, kind))
        case nil:
            throw shape.fault("there is no bsdf '\(id)': known are \(ids.joined(separator: ", "))")
        }
    }

    /// The material of a bsdf inside a shape.
    mutating func nested(_ part: MitsubaPart) throws(SceneFileError) -> RadioMaterial {
        let id = try part.text("id") ?? ""
        switch try entry(part, id: id) {
        case .radio(let material): return material
        case .visual(let kind): throw part.fault(MitsubaMaterials.noRadio(id, kind))
        }
    }

    private static func noRadio(_ id: String, _ kind: String) -> String {
        "the bsdf '\(id)' is a \(kind), not a radio material: name it itu_<material> (e.g. mat-itu_concrete), or use "
            + "the types itu-radio-material or radio-material"
    }

    // MARK: - One bsdf

    private mutating func entry(_ part: MitsubaPart, id: String) throws(SceneFileError) -> Entry {
        let kind = try part.required("type")
        var name = id.hasPrefix("mat-") ? String(id.dropFirst(4)) : id
        let isITU = name.hasPrefix("itu_") || name.hasPrefix("itu-")
        if isITU, let dot = name.lastIndex(of: "."), Int(name[dot...].dropFirst()) != nil {
            notes.append("read '\(id)' as '\(name[..<dot])': the number is Blender's")
            name = String(name[..<dot])
        }
        if isITU { name = "itu_" + name.dropFirst(4) }
        if kind == "itu-radio-material" || isITU {
            let type = try part.property("string", "type")
            let given = try type?.text("value")
            guard let named = given ?? (isITU ? String(name.dropFirst(4)) : nil) else {
                throw part.fault("itu-radio-material '\(id)' has no <string name=\"type\" value=\"concrete\"/>")
            }
            var material = try known(named, type ?? part)
            if !name.isEmpty { material.name = name }
            return .radio(try completed(material, part))
        }
        guard kind == "radio-material" else { return .visual(kind: kind) }
        let permittivity = try value("relative_permittivity", part, in: 1...1e9) ?? 1
        let conductivity = try value("conductivity", part, in: 0...1e12) ?? 0
        let law = RadioMaterial.Law.constant(relativePermittivity: permittivity, conductivity: conductivity)
        return .radio(try completed(RadioMaterial(name: name.isEmpty ? "unnamed" : name, law: law), part))
    }

    private func known(_ name: String, _ part: MitsubaPart) throws(SceneFileError) -> RadioMaterial {
        do throws(RadioMaterialError) {
            return try ITUMaterials.material(named: name)
        } catch {
            throw part.fault(error.description)
        }
    }

    /// With the thickness and the scattering that the bsdf gives.
    private mutating func completed(
        _ material: RadioMaterial, _ part: MitsubaPart
    ) throws(SceneFileError) -> RadioMaterial {
        var material = material
        material.thicknessMetres = try value("thickness", part, in: 0...1e3) ?? material.thicknessMetres
        material.scatteringCoefficient = try value("scattering_coefficient", part, in: 0...1) ?? 0
        material.crossPolarisationDiscrimination = try value("xpd_coefficient", part, in: 0...1) ?? 0
        if let pattern = try part.property("string", "scattering_pattern")?.text("value"), pattern != "lambertian" {
            notes.append("'\(material.name)' scatters like lambertian: pattern '\(pattern)' is not modelled")
        }
        return material
    }

    private func value(
        _ name: String, _ part: MitsubaPart, in range: ClosedRange<Double>
    ) throws(SceneFileError) -> Double? {
        guard let property = try part.property("float", name) else { return nil }
        guard let value = try property.number("value") else { throw property.fault("'\(name)' has no value") }
        guard range.contains(value) else {
            throw property.fault("\(name) \(value) is not in \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }
}
