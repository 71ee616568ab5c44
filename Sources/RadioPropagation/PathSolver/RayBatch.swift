/// Segments that wait for one question to the scene.
struct RayBatch {
    private var from: [SIMD3<Double>] = []
    private var to: [SIMD3<Double>] = []
    private var ignoring: [SIMD2<Int32>] = []
    private var blocked: [Bool] = []
    private(set) var owner: [Int] = []

    var count: Int { owner.count }

    mutating func clear() {
        from.removeAll(keepingCapacity: true)
        to.removeAll(keepingCapacity: true)
        ignoring.removeAll(keepingCapacity: true)
        owner.removeAll(keepingCapacity: true)
    }

    /// - Parameters:
    ///   - first: face that the segment starts on, or another to ignore; -1 for none.
    ///   - last: face that it ends on.
    @inline(__always)
    mutating func add(
        _ start: SIMD3<Double>, _ end: SIMD3<Double>, _ first: Int32, _ last: Int32, _ path: Int
    ) {
        from.append(start)
        to.append(end)
        ignoring.append(SIMD2(first, last))
        owner.append(path)
    }

    /// Adds the straight way to a receiver, unless it is too short for a path.
    mutating func addStraight(_ transmitter: SIMD3<Double>, _ receivers: [SIMD3<Double>], _ number: Int) {
        guard length(receivers[number] - transmitter) > ReflectionSearch.leastSegmentMetres else { return }
        add(transmitter, receivers[number], -1, -1, number)
    }

    mutating func test(_ index: SceneIndex) {
        blocked = [Bool](repeating: false, count: owner.count)
        from.withUnsafeBufferPointer { from in
            to.withUnsafeBufferPointer { to in
                ignoring.withUnsafeBufferPointer { ignoring in
                    blocked.withUnsafeMutableBufferPointer { blocked in
                        index.occlusions(from: from, to: to, ignoring: ignoring, into: blocked)
                    }
                }
            }
        }
    }

    func isBlocked(_ ray: Int) -> Bool { blocked[ray] }
}
