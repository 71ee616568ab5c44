internal import NetworkModel
internal import Numerics

extension EmulatedNetwork {
    /// Slot of the next file of FTP model 3 (TR 36.889 A.1.1): Poisson arrivals.
    func arrivalSlot(_ ue: Int, after slot: Int64) -> Int64 {
        guard emulation.ftpFilesPerSecond > 0 else { return .max }
        let wait = arrivals.exponential(UInt64(ue), arrivalNumber[ue]) / emulation.ftpFilesPerSecond
        return slot + max(1, Int64((min(wait, 1e6) / slotSeconds).rounded()))
    }

    /// A file arrives at a user.
    mutating func arrive(_ ue: Int) {
        if backlogBits[ue] <= 0 { activityStale = true }
        backlogBits[ue] += Float(8 * emulation.ftpFileBytes)
        arrivalNumber[ue] += 1
        nextArrival[ue] = arrivalSlot(ue, after: nextArrival[ue])
    }

    /// Finds the cells that have something to send and what they send; marks all rates stale where that changed.
    mutating func refreshActivity() {
        activityStale = false
        let vectors = radio.vectors
        for cell in 0..<cellCount {
            var active = false
            var reach = [Lanes](repeating: .zero, count: sharesImposed[cell] ? vectors : 0)
            for index in start[cell]..<start[cell + 1] where backlogBits[Int(order[index])] > 0 {
                active = true
                for vector in reach.indices { reach[vector] += share[Int(order[index]) * vectors + vector] }
            }
            cellActive[cell] = active
            for vector in 0..<vectors {
                var sent = active ? power[cell * vectors + vector] : .zero
                // A subband that no share touches stays empty.
                if !reach.isEmpty { sent.replace(with: 0, where: reach[vector] .<= 0) }
                if sent != sentPower[cell * vectors + vector] {
                    sentPower[cell * vectors + vector] = sent
                    allRatesStale = true
                }
            }
        }
    }
}
