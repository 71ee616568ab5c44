/// A cell, and what surrounds it.
package struct CellRow: ContextRecord {
    package static let table = ContextTable.cell

    /// Dense index of the cell in its topology.
    package var cell: Int
    package var name: String
    package var region: String
    /// Position on the local plane, metres; height above ground.
    package var xMetres: Double
    package var yMetres: Double
    package var heightMetres: Double
    /// Boresight from the x axis, counter-clockwise; nil for an omnidirectional antenna.
    package var azimuthDegrees: Double?
    package var downtiltDegrees: Double
    package var powerDbm: Double
    package var frequencyHz: Double
    package var bandwidthHz: Double
    /// What stands around it, in words or as JSON.
    package var surroundings: String?

    package init(
        cell: Int, name: String, region: String, xMetres: Double, yMetres: Double, heightMetres: Double,
        azimuthDegrees: Double? = nil, downtiltDegrees: Double = 0, powerDbm: Double, frequencyHz: Double,
        bandwidthHz: Double, surroundings: String? = nil
    ) {
        self.cell = cell
        self.name = name
        self.region = region
        self.xMetres = xMetres
        self.yMetres = yMetres
        self.heightMetres = heightMetres
        self.azimuthDegrees = azimuthDegrees
        self.downtiltDegrees = downtiltDegrees
        self.powerDbm = powerDbm
        self.frequencyHz = frequencyHz
        self.bandwidthHz = bandwidthHz
        self.surroundings = surroundings
    }

    package init(_ fields: inout RowFields) {
        cell = fields.required()
        name = fields.required()
        region = fields.required()
        xMetres = fields.required()
        yMetres = fields.required()
        heightMetres = fields.required()
        azimuthDegrees = fields.real()
        downtiltDegrees = fields.required()
        powerDbm = fields.required()
        frequencyHz = fields.required()
        bandwidthHz = fields.required()
        surroundings = fields.text()
    }

    package var values: [ContextValue] {
        [
            .integer(Int64(cell)), .text(name), .text(region), .real(xMetres), .real(yMetres), .real(heightMetres),
            .real(azimuthDegrees), .real(downtiltDegrees), .real(powerDbm), .real(frequencyHz), .real(bandwidthHz),
            .text(surroundings),
        ]
    }
}

/// What a flow is promised: a slice of the topology, or a row of the 5QI table of TS 23.501.
package struct QoSProfile: ContextRecord {
    package static let table = ContextTable.qosProfile

    package var name: String
    package var fiveQI: Int?
    /// `GBR`, `Non-GBR` or `Delay-critical GBR`.
    package var resourceType: String?
    /// Lower is more important.
    package var priority: Int?
    /// Guaranteed to each user, bit/s.
    package var rateBps: Double?
    package var delayMs: Double?
    /// Packet error rate, 0 ... 1.
    package var loss: Double?
    /// Weight where guarantees contend.
    package var weight: Double?
    /// Share of the users, 0 ... 1.
    package var share: Double?
    package var note: String?

    package init(name: String) { self.name = name }

    package init(_ fields: inout RowFields) {
        name = fields.required()
        fiveQI = fields.optional()
        resourceType = fields.text()
        priority = fields.optional()
        rateBps = fields.real()
        delayMs = fields.real()
        loss = fields.real()
        weight = fields.real()
        share = fields.real()
        note = fields.text()
    }

    package var values: [ContextValue] {
        [
            .text(name), .integer(fiveQI.map { Int64($0) }), .text(resourceType),
            .integer(priority.map { Int64($0) }), .real(rateBps), .real(delayMs), .real(loss), .real(weight),
            .real(share), .text(note),
        ]
    }
}

/// What a device can do.
package struct DeviceRow: ContextRecord {
    package static let table = ContextTable.device

    package var ue: Int
    /// Kind of device, such as `phone` or `car`.
    package var kind: String?
    /// QoS profile that it belongs to.
    package var profile: String?
    package var bands: String?
    package var antennas: Int?
    package var layers: Int?
    /// Highest scheme that it decodes, of TS 38.214 Table 5.1.3.1-2.
    package var mcs: Int?
    package var powerDbm: Double?
    package var note: String?

    package init(ue: Int) { self.ue = ue }

    package init(_ fields: inout RowFields) {
        ue = fields.required()
        kind = fields.text()
        profile = fields.text()
        bands = fields.text()
        antennas = fields.optional()
        layers = fields.optional()
        mcs = fields.optional()
        powerDbm = fields.real()
        note = fields.text()
    }

    package var values: [ContextValue] {
        [
            .integer(Int64(ue)), .text(kind), .text(profile), .text(bands), .integer(antennas.map { Int64($0) }),
            .integer(layers.map { Int64($0) }), .integer(mcs.map { Int64($0) }), .real(powerDbm), .text(note),
        ]
    }
}

/// A piece of the spectrum over time, or of I/Q samples.
package struct SpectrumTile: ContextRecord {
    package static let table = ContextTable.tile

    package var id: String
    /// Microseconds since 1970.
    package var at: Int64
    package var cell: Int?
    /// `spectrogram` or `iq`.
    package var kind: String
    package var centreHz: Double
    package var spanHz: Double
    package var durationSeconds: Double
    /// Shape of `data`: moments and frequencies, or antennas and samples.
    package var rows: Int
    package var columns: Int
    /// Layout of one value, such as `f32`, `i8` or `cf32`, row-major.
    package var format: String
    /// What was found in it, as JSON.
    package var descriptor: String
    package var data: [UInt8]

    package init(
        id: String, at: Int64, cell: Int? = nil, kind: String, centreHz: Double, spanHz: Double,
        durationSeconds: Double, rows: Int, columns: Int, format: String, descriptor: String = "{}", data: [UInt8]
    ) {
        self.id = id
        self.at = at
        self.cell = cell
        self.kind = kind
        self.centreHz = centreHz
        self.spanHz = spanHz
        self.durationSeconds = durationSeconds
        self.rows = rows
        self.columns = columns
        self.format = format
        self.descriptor = descriptor
        self.data = data
    }

    package init(_ fields: inout RowFields) {
        id = fields.required()
        at = fields.required()
        cell = fields.optional()
        kind = fields.required()
        centreHz = fields.required()
        spanHz = fields.required()
        durationSeconds = fields.required()
        rows = fields.required()
        columns = fields.required()
        format = fields.required()
        descriptor = fields.required()
        data = fields.blob() ?? []
    }

    package var values: [ContextValue] {
        [
            .text(id), .integer(at), .integer(cell.map { Int64($0) }), .text(kind), .real(centreHz), .real(spanHz),
            .real(durationSeconds), .integer(Int64(rows)), .integer(Int64(columns)), .text(format),
            .text(descriptor), .blob(data),
        ]
    }
}
