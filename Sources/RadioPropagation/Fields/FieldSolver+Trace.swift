internal import Numerics

extension FieldSolver {
    /// What `PathSet` keeps of one path.
    struct TracedPath: Sendable {
        var transfer: PolarTransfer
        var lengthMetres: Double
        var departure: SIMD3<Double>
        var arrival: SIMD3<Double>
        var dopplerHz: Double
    }

    /// Follows two waves along a path, polarised along theta and along phi at the transmitter.
    func trace(_ path: Int, of geometry: PathGeometry, motion: Motion) -> TracedPath {
        let receiver = Int(geometry.receiver[path])
        let end = geometry.receivers[receiver]
        let vertices = geometry.vertices(of: path)
        var (direction, step) = FieldSolver.segment(
            from: geometry.transmitter, to: vertices.isEmpty ? end : geometry.point[vertices.lowerBound])
        let departure = direction
        let basis = SphericalDirection.basis(departure)
        var waves = (ComplexVector(basis.theta), ComplexVector(basis.phi))
        var spreading = Spreading(first: step)
        var shift = dot(motion.transmitter, departure)

        for vertex in vertices {
            let point = geometry.point[vertex]
            let next = vertex + 1 < vertices.upperBound ? geometry.point[vertex + 1] : end
            let (outgoing, length) = FieldSolver.segment(from: point, to: next)
            let bend = Bend(
                kind: geometry.kind[vertex], surface: Int(geometry.face[vertex]), incoming: direction,
                outgoing: outgoing, area: geometry.kind[vertex] == .diffuse ? geometry.patchArea[vertex] : 0,
                lengths: (spreading.sinceSource, FieldSolver.rest(from: vertex, of: vertices, to: end, in: geometry)))
            waves = passed(waves, bend)
            spreading.pass(geometry.kind[vertex], length)
            if !motion.objects.isEmpty {
                shift += dot(motion.objects[object(at: bend)], outgoing - direction)
            }
            direction = outgoing
            step = length
        }
        if !motion.receivers.isEmpty { shift -= dot(motion.receivers[receiver], direction) }

        let arrival = -direction
        let into = SphericalDirection.basis(arrival)
        let wavelength = wavelengthMetres
        let phase = spreading.total / wavelength
        let scale =
            wavelength / (4 * .pi) * spreading.amplitude * Complex.unit(phase: -2 * .pi * (phase - phase.rounded()))
        let transfer = PolarTransfer(
            thetaTheta: scale * waves.0.along(into.theta), thetaPhi: scale * waves.1.along(into.theta),
            phiTheta: scale * waves.0.along(into.phi), phiPhi: scale * waves.1.along(into.phi))
        return TracedPath(
            transfer: transfer, lengthMetres: spreading.total, departure: departure, arrival: arrival,
            dopplerHz: shift / wavelength)
    }

    // MARK: - Interactions

    /// One interaction: where the wave comes from and where it goes.
    private struct Bend {
        var kind: InteractionKind
        /// Face, or wedge of a diffraction.
        var surface: Int
        var incoming: SIMD3<Double>
        var outgoing: SIMD3<Double>
        /// Of the patch that scatters, square metres.
        var area: Double
        /// Metres since the wave's source (the transmitter, or the last patch) and to the receiver.
        var lengths: (Double, Double)
    }

    private func passed(
        _ waves: (ComplexVector, ComplexVector), _ bend: Bend
    ) -> (ComplexVector, ComplexVector) {
        if bend.kind == .diffraction { return diffracted(waves, bend) }
        let normal = normalOfFace[bend.surface]
        let material = materials[Int(materialOfFace[bend.surface])]
        switch bend.kind {
        case .specular:
            let mirror = SurfaceScattering.mirror(
                incoming: bend.incoming, outgoing: bend.outgoing, normal: normal, material: material)
            return (mirror(waves.0), mirror(waves.1))
        case .transmission:
            let wall = SurfaceScattering.passage(direction: bend.outgoing, normal: normal, material: material)
            return (wall(waves.0), wall(waves.1))
        case .diffuse:
            func scattered(_ wave: ComplexVector) -> ComplexVector {
                SurfaceScattering.scattered(
                    wave, incoming: bend.incoming, outgoing: bend.outgoing, normal: normal, area: bend.area,
                    material: material)
            }
            return (scattered(waves.0), scattered(waves.1))
        case .diffraction: preconditionFailure("handled above")
        }
    }

    private func diffracted(
        _ waves: (ComplexVector, ComplexVector), _ bend: Bend
    ) -> (ComplexVector, ComplexVector) {
        let table = wedges[bend.surface]
        let wedge = WedgeDiffraction(
            first: table.first, second: table.second, interiorAngle: table.interiorAngle, incoming: bend.incoming,
            wavenumber: 2 * .pi / wavelengthMetres)
        let (before, after) = bend.lengths
        let distance = before * after / (before + after)
        return (
            wedge.diffracted(waves.0, outgoing: bend.outgoing, distance: distance),
            wedge.diffracted(waves.1, outgoing: bend.outgoing, distance: distance)
        )
    }

    private func object(at bend: Bend) -> Int {
        Int(bend.kind == .diffraction ? wedges[bend.surface].object : objectOfFace[bend.surface])
    }

    // MARK: - Lengths

    private static func segment(
        from: SIMD3<Double>, to: SIMD3<Double>
    ) -> (direction: SIMD3<Double>, length: Double) {
        let step = to - from
        let size = length(step)
        return size > 0 ? (step / size, size) : (SIMD3(0, 0, 1), 0)
    }

    /// Metres from a vertex to the receiver; only diffraction asks.
    private static func rest(
        from vertex: Int, of vertices: Range<Int>, to end: SIMD3<Double>, in geometry: PathGeometry
    ) -> Double {
        guard geometry.kind[vertex] == .diffraction else { return 0 }
        var last = geometry.point[vertex]
        var sum = 0.0
        for next in vertices where next > vertex {
            sum += length(geometry.point[next] - last)
            last = geometry.point[next]
        }
        return sum + length(end - last)
    }
}

/// How a wave thins out along its path. A mirror or a wall leaves a spherical wave what it is; an edge adds
/// `sqrt(s' / (s (s + s')))`, s' and s the lengths before and behind it; a patch sends out a new spherical wave.
private struct Spreading {
    /// Metres of the whole path.
    private(set) var total: Double
    /// Metres since the transmitter or the last patch.
    private(set) var sinceSource: Double
    /// Product of what earlier patches and edges left.
    private var earlier = 1.0
    private var beforeEdge = 0.0

    init(first: Double) {
        total = first
        sinceSource = first
    }

    /// Adds a vertex and the segment behind it.
    mutating func pass(_ kind: InteractionKind, _ length: Double) {
        if kind == .diffuse {
            earlier *= amplitudeSinceSource
            sinceSource = 0
            beforeEdge = 0
        } else if kind == .diffraction {
            beforeEdge = sinceSource
        }
        total += length
        sinceSource += length
    }

    /// Field strength at the end for 1 at 1 m from the transmitter.
    var amplitude: Double { earlier * amplitudeSinceSource }

    private var amplitudeSinceSource: Double {
        let distance = max(sinceSource, 1e-6)
        guard beforeEdge > 0 else { return 1 / distance }
        let after = max(sinceSource - beforeEdge, 1e-6)
        return 1 / (beforeEdge * after * distance).squareRoot()
    }
}
