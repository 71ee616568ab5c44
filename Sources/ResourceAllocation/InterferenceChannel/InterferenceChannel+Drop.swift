internal import Glibc
internal import Numerics

extension InterferenceChannel {
    /// K links whose gains are all exponential with mean 1: squared magnitudes of independent complex Gaussians
    /// (Sun et al. 2018, Gaussian interference channel), at unit noise and limit.
    package static func gaussian(users: Int, seed: UInt64) -> InterferenceChannel {
        let generator = CounterGenerator(seed: seed, purpose: 0x4943_4841)
        return made(users, (0..<(users * users)).map { generator.exponential(UInt64($0)) })
    }

    /// The interfering multiple-access channel of the same paper: `cells` hexagons 200 m apart with `perCell` senders
    /// each, at 10 to 100 m of their receiver in the middle; path loss `(200/d)^3` with 8 dB of shadowing, Rayleigh
    /// fading. Every sender is a link to its own cell's receiver, where the others of the cell disturb it as well.
    package static func multipleAccess(cells: Int, perCell: Int, seed: UInt64) -> InterferenceChannel {
        let generator = CounterGenerator(seed: seed, purpose: 0x494D_4143)
        let users = cells * perCell
        let side = Int(Double(cells).squareRoot().rounded(.up))
        let sites = (0..<cells).map { index in
            let (row, column) = (index / side, index % side)
            return (x: 200 * (Double(column) + 0.5 * Double(row % 2)), y: 173.2 * Double(row))
        }
        let places = (0..<users).map { user in
            let site = sites[user / perCell]
            // Equal area per user, outside the ring where nobody stands.
            let radius = (100 + 9_900 * generator.uniform(UInt64(user), 1)).squareRoot()
            let angle = 2 * .pi * generator.uniform(UInt64(user), 2)
            return (x: site.x + radius * cos(angle), y: site.y + radius * sin(angle))
        }
        var toSite = [Double](repeating: 0, count: users * cells)
        for user in 0..<users {
            for cell in 0..<cells {
                let distance = max(10, hypot(places[user].x - sites[cell].x, places[user].y - sites[cell].y))
                let key = UInt64(user * cells + cell)
                let shadowing = pow(10, 0.8 * generator.normal(key, 3))
                toSite[user * cells + cell] = shadowing * generator.exponential(key, 4) * pow(200 / distance, 3)
            }
        }
        return made(
            users,
            (0..<(users * users)).map { index in
                toSite[(index % users) * cells + (index / users) / perCell]
            })
    }

    private static func made(_ users: Int, _ gain: [Double]) -> InterferenceChannel {
        do {
            return try InterferenceChannel(users: users, gain: gain)
        } catch {
            preconditionFailure("a drop is a channel: \(error)")
        }
    }
}
