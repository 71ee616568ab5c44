package import NetworkModel

extension ReplayNetwork {
    /// The cells that serve in some drives, sorted by name, all in region 0.
    ///
    /// Sites are not in the traces: a cell stands at the centre of the rows within 3 dB of its strongest RSRP, which is
    /// a guess, and has no antenna pattern.
    package static func cells(in traces: [ParsedTrace]) -> [CellConfiguration] {
        var names: [String] = []
        for trace in traces { names += trace.cellNames }
        names.sort()
        var cells: [CellConfiguration] = []
        let plane = LocalPlane(traces: traces)
        for name in names where cells.last?.name != name {
            let place = strongestPlace(of: name, in: traces, plane)
            cells.append(
                CellConfiguration(
                    id: CellID(UInt32(cells.count)), name: name, region: RegionID(0), xMetres: place.x,
                    yMetres: place.y))
        }
        return cells
    }

    private static func strongestPlace(
        of name: String, in traces: [ParsedTrace], _ plane: LocalPlane
    ) -> (x: Double, y: Double) {
        var best = -Float.infinity
        for pass in 0..<2 {
            var (x, y, count) = (0.0, 0.0, 0.0)
            for trace in traces {
                guard let cell = trace.cellNames.firstIndex(of: name) else { continue }
                for row in trace.rows where row.cell == cell {
                    let level = row.rsrpDbm ?? -200
                    if pass == 0 {
                        best = max(best, level)
                    } else if level >= best - 3 {
                        let place = plane.metres(row)
                        (x, y, count) = (x + place.x, y + place.y, count + 1)
                    }
                }
            }
            if pass == 1 && count > 0 { return (x / count, y / count) }
        }
        return (0, 0)
    }
}
