internal import DTNetMessages
package import NetworkModel
package import TwinProtocol

/// Powers and loads of a network's cells, for maps of interference.
package struct PowersInForce: Sendable, Equatable {
    /// Watts by cell and subband while the cell sends.
    package private(set) var watts: [[Double]]
    /// Share of time in which each cell sends, 0...1.
    package private(set) var loads: [Double]

    /// Every cell sends always, its whole power in equal parts: what holds where nothing is decided.
    package init(equalIn network: NetworkConfiguration) {
        let subbands = network.carrier.subbands
        watts = network.cells.map { cell in
            Array(repeating: RadioArguments.watts(cell.transmitPowerDbm) / Double(subbands), count: subbands)
        }
        loads = Array(repeating: 1, count: network.cells.count)
    }

    /// What a run had come to: of each cell the powers that the radio network applied last, within the last mask, where
    /// they had not expired, and the loads that L3 heard last.
    ///
    /// - Parameter records: of the run, in the order of their time.
    package init(_ records: [Record], network: NetworkConfiguration) {
        self.init(equalIn: network)
        var newest: UInt64 = 0
        var powers = [Control?](repeating: nil, count: watts.count)
        var masks = powers
        for record in records {
            switch record {
            case .epochStarted(let start): newest = max(newest, start.epoch)
            case .directive(let record):
                let directive = record.directive
                Control.note(record, directive.powerWatts, .power, in: &powers)
                Control.note(record, directive.capWatts, .mask, in: &masks)
            case .cells(let figures) where figures.load.count == loads.count:
                loads = figures.load.map { min(1, max(0, $0)) }
            default: break
            }
        }
        for cell in watts.indices {
            if let power = powers[cell], power.expires > newest, power.watts.count == watts[cell].count {
                watts[cell] = power.watts
            }
            if let mask = masks[cell], mask.expires > newest, mask.watts.count == watts[cell].count {
                watts[cell] = zip(watts[cell], mask.watts).map { min($0, $1) }
            }
        }
    }

    /// What a directive said of one cell.
    private struct Control {
        /// First epoch in which it no longer holds.
        var expires: UInt64
        /// By subband.
        var watts: [Double]

        /// - Parameter rows: of subbands by cell of the directive; none where it does not decide this.
        static func note(
            _ record: DirectiveRecord, _ rows: [Float], _ kind: ControlKind, in controls: inout [Control?]
        ) {
            let directive = record.directive
            guard !rows.isEmpty, rows.count == directive.cell.count * directive.subbands else { return }
            let result = record.result
            for (index, cell) in result.cell.enumerated()
            where result.kind[index] == kind && result.outcome[index] == .applied {
                guard Int(cell) < controls.count, let row = directive.cell.firstIndex(of: cell) else { continue }
                let watts = rows[row * directive.subbands..<(row + 1) * directive.subbands].map { max(0, Double($0)) }
                controls[Int(cell)] = Control(expires: directive.expiresEpoch, watts: watts)
            }
        }
    }
}
