internal import Numerics

/// One round of a `PowerNetwork` on raw memory, eight links side by side.
struct PowerNetworkRound {
    typealias Lane = SIMD8<Float>

    private let users, blocks, messages, width, features: Int
    /// `rows[i][j]` = `columns[j][i]` = g[i,j], diagonals 0; gains of the links themselves.
    private let rows, columns, direct: UnsafePointer<Lane>
    /// What links send: power, then messages, `[channel][block]`.
    let spoken: UnsafeMutablePointer<Lane>
    /// `c_i`, and the logits of the powers.
    private let cost, logit: UnsafeMutablePointer<Lane>
    /// Sums at receivers and at transmitters, `[channel][block]`.
    private let heard, caused: UnsafeMutablePointer<Lane>
    /// Features and units of one block.
    private let feature, unit: UnsafeMutablePointer<Lane>

    /// Memory for all of it. The order is that of `PowerNetwork.Memory.load`: gains twice, direct gains, powers.
    static func lanes(users: Int, blocks: Int, network: PowerNetwork) -> Int {
        blocks * (2 * users + 4 + 3 * (1 + network.messages)) + network.features + network.width
    }

    init(users: Int, blocks: Int, network: PowerNetwork, lanes: UnsafeMutablePointer<Lane>) {
        (self.users, self.blocks) = (users, blocks)
        (messages, width, features) = (network.messages, network.width, network.features)
        rows = UnsafePointer(lanes)
        columns = rows + users &* blocks
        direct = columns + users &* blocks
        let channels = (1 &+ messages) &* blocks
        spoken = lanes + (2 &* users &+ 1) &* blocks
        cost = spoken + channels
        logit = cost + blocks
        heard = logit + blocks
        caused = heard + channels
        feature = caused + channels
        unit = feature + features
    }

    /// Sums, then both layers of every link; returns where the weights of the next round begin.
    func run(outputs: Int, weights: UnsafePointer<Float>) -> UnsafePointer<Float> {
        let outer = weights + width &* (features &+ 1)
        gather(columns, from: spoken, channels: 1 &+ messages, to: heard)
        for block in 0..<blocks {
            let signal = direct[block] * spoken[block]
            let rest = heard[block] + 1
            cost[block] = signal / (rest + signal) / rest
        }
        gather(rows, from: cost, channels: 1, to: caused)
        gather(rows, from: spoken + blocks, channels: messages, to: caused + blocks)
        for block in 0..<blocks {
            describe(block)
            layer(weights, from: feature, inputs: features, to: unit, outputs: width)
            for index in 0..<width { unit[index] = pointwiseMax(unit[index], .zero) }
            layer(outer, from: unit, inputs: width, to: feature, outputs: outputs)
            logit[block] += feature[0]
            spoken[block] = sigmoid(logit[block])
            for message in 1..<Swift.max(1, outputs) {
                let value = pointwiseMin(feature[message], Lane(repeating: PowerNetwork.ceiling))
                spoken[message &* blocks &+ block] = pointwiseMax(value, .zero)
            }
        }
        return outer + outputs &* (width &+ 1)
    }

    /// Features of the links of a block.
    private func describe(_ block: Int) {
        let one = Lane(repeating: 1)
        let (gain, power, rest) = (direct[block], spoken[block], heard[block] + 1)
        let total = rest + gain * power
        let (worth, price) = (gain / total, caused[block])
        feature[0] = VectorFunctions.log2(one + gain)
        feature[1] = power
        feature[2] = VectorFunctions.log2(rest)
        feature[3] = VectorFunctions.log2(total / rest)
        feature[4] = VectorFunctions.log2(one + price)
        feature[5] = (worth - price) / (worth + price + 1e-30)
        var at = PowerNetwork.ownFeatures
        for message in 1..<(1 &+ messages) {
            let place = message &* blocks &+ block
            feature[at] = spoken[place]
            feature[at &+ messages] = VectorFunctions.log2(one + heard[place])
            feature[at &+ 2 &* messages] = VectorFunctions.log2(one + caused[place])
            at &+= 1
        }
    }

    /// `sums[c][i] = sum_j matrix[j][i] values[c][j]` of every channel c.
    @inline(__always)
    private func gather(
        _ matrix: UnsafePointer<Lane>, from values: UnsafeMutablePointer<Lane>, channels: Int,
        to sums: UnsafeMutablePointer<Lane>
    ) {
        let stride = 8 &* blocks
        let scalars = UnsafeRawPointer(values).assumingMemoryBound(to: Float.self)
        for block in 0..<blocks {
            var channel = 0
            while channel < channels {
                let own = scalars + channel &* stride
                let to = sums + (channel &* blocks &+ block)
                var row = matrix + block
                guard channel &+ 4 <= channels else {
                    var a = Lane.zero
                    for user in 0..<users {
                        a = a.addingProduct(row.pointee, Lane(repeating: own[user]))
                        row += blocks
                    }
                    to.pointee = a
                    channel &+= 1
                    continue
                }
                var (a, b, c, d) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
                for user in 0..<users {
                    let gain = row.pointee
                    a = a.addingProduct(gain, Lane(repeating: own[user]))
                    b = b.addingProduct(gain, Lane(repeating: own[user &+ stride]))
                    c = c.addingProduct(gain, Lane(repeating: own[user &+ 2 &* stride]))
                    d = d.addingProduct(gain, Lane(repeating: own[user &+ 3 &* stride]))
                    row += blocks
                }
                (to[0], to[blocks], to[2 &* blocks], to[3 &* blocks]) = (a, b, c, d)
                channel &+= 4
            }
        }
    }

    /// A matrix `[output][input]` and the bias behind it.
    @inline(__always)
    private func layer(
        _ weights: UnsafePointer<Float>, from values: UnsafeMutablePointer<Lane>, inputs: Int,
        to results: UnsafeMutablePointer<Lane>, outputs: Int
    ) {
        let bias = weights + inputs &* outputs
        var output = 0
        while output < outputs {
            let row = weights + output &* inputs
            guard output &+ 4 <= outputs else {
                var a = Lane(repeating: bias[output])
                for input in 0..<inputs { a = a.addingProduct(values[input], Lane(repeating: row[input])) }
                results[output] = a
                output &+= 1
                continue
            }
            var (a, b) = (Lane(repeating: bias[output]), Lane(repeating: bias[output &+ 1]))
            var (c, d) = (Lane(repeating: bias[output &+ 2]), Lane(repeating: bias[output &+ 3]))
            for input in 0..<inputs {
                let value = values[input]
                a = a.addingProduct(value, Lane(repeating: row[input]))
                b = b.addingProduct(value, Lane(repeating: row[inputs &+ input]))
                c = c.addingProduct(value, Lane(repeating: row[2 &* inputs &+ input]))
                d = d.addingProduct(value, Lane(repeating: row[3 &* inputs &+ input]))
            }
            (results[output], results[output &+ 1]) = (a, b)
            (results[output &+ 2], results[output &+ 3]) = (c, d)
            output &+= 4
        }
    }

    /// `1 / (1 + exp(-x))`: a power of two from the whole part of the exponent and six terms of Taylor's series for the
    /// rest of at most a half, relative error below 1e-6.
    @inline(__always)
    private func sigmoid(_ x: Lane) -> Lane {
        let exponent = (x * -1.442_695_04).clamped(
            lowerBound: Lane(repeating: -126), upperBound: Lane(repeating: 126))
        let shifted = exponent + 12_582_912
        let rest = (exponent - (shifted - 12_582_912)) * 0.693_147_18
        let whole = (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4B40_0000 &+ 127) &<< 23
        let low = (rest * (1 / 6 as Float) + 0.5) * rest + 1
        let high = (rest * (1 / 720 as Float) + (1 / 120 as Float)) * rest + (1 / 24 as Float)
        let series = (high * rest * rest * rest + low) * rest + 1
        return 1 / (1 + series * unsafeBitCast(whole, to: Lane.self))
    }
}
