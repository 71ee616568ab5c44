internal import DTNetMessages
internal import Glibc
internal import NetworkModel
internal import TwinProtocol

extension Cluster {
    /// Processes that share a wire with this one, ascending.
    private func neighbours(of process: Int) -> [Int] {
        processes.indices.filter { other in
            other != process
                && wires.contains {
                    ($0.source == process && $0.target == other) || ($0.source == other && $0.target == process)
                }
        }
    }

    /// Opens the sessions of a process with all that are alive, and those among its own nodes.
    func connect(_ process: Int) {
        let others = neighbours(of: process)
        for other in others { sessions[process * processes.count + other] = processes[other].life }
        for other in others { notify(process, of: other, isUp: true) }
        notify(process, of: process, isUp: true)
    }

    /// Tells the nodes of `process` that share a wire with a node of `other`.
    private func notify(_ process: Int, of other: Int, isUp: Bool) {
        let highest = processes[other].nodes.reduce(UInt64(0)) { max($0, boxes[$1].highestTermSeen) }
        let state = isUp ? PeerState.up(highestTerm: highest) : .down
        for node in processes[process].nodes {
            for peer in processes[other].nodes where peer != node {
                let count = boxes.count
                guard wireIndex[node * count + peer] >= 0 || wireIndex[peer * count + node] >= 0 else { continue }
                admit(.peer(node: node, peer: NodeID(UInt32(peer)), state: state), to: process)
            }
        }
    }

    // MARK: Faults

    func strike(_ fault: Fault) {
        switch fault {
        case .kill(let process): kill(process)
        case .restart(let process): restart(process)
        case .pause(let process, let lasting): pause(process, lasting)
        case .partition(let from, let to, let lasting, let holds):
            block(
                from, to, lasting,
                Obstacle(
                    from: from, to: to, until: now + lasting, blocks: true, holds: holds, loss: 0, duplication: 0))
        case .degrade(let from, let to, let lasting, let loss, let duplication):
            obstacles.append(
                Obstacle(
                    from: from, to: to, until: now + lasting, blocks: false, holds: false, loss: loss,
                    duplication: duplication))
        case .fade(let cells, let db, let period, let lasting):
            fades.append(Fade(cells: cells, db: db, period: period, until: now + lasting))
        }
    }

    /// What fades do to the measurements of a telemetry.
    func faded(_ telemetry: Telemetry) -> Telemetry {
        var telemetry = telemetry
        let width = telemetry.reportSubbands
        for fade in fades where now < fade.until {
            let phase = 2 * Double.pi * (now - Instant.zero).seconds / fade.period.seconds
            let loss = Float(fade.db * 0.5 * (1 - cos(phase)))
            for (link, cell) in telemetry.linkCell.enumerated() where fade.cells.contains(cell) {
                telemetry.rsrpDbm[link] -= loss
                for k in link * width..<(link + 1) * width { telemetry.gainDb[k] -= loss }
            }
        }
        return telemetry
    }

    private func kill(_ process: Int) {
        guard processes[process].isAlive else { return }
        counts.kills += 1
        let life = processes[process].life
        processes[process].isAlive = false
        processes[process].life += 1
        while !processes[process].isIdle {
            if case .frame(let frame) = processes[process].dequeue().item {
                _ = take(frame: frame)
                counts.lost += 1
            }
        }
        processes[process].clear()
        for node in processes[process].nodes { timers[node].removeAll() }
        for other in neighbours(of: process) {
            sessions[process * processes.count + other] = 0
            push(.silence, other, process, at: now + Cluster.silenceLimit, generation: life)
        }
    }

    private func restart(_ process: Int) {
        guard !processes[process].isAlive else { return }
        processes[process].isAlive = true
        processes[process].life += 1
        processes[process].busyUntil = now
        for index in wires.indices {
            if wires[index].source == process { wires[index].resetSender() }
            if wires[index].target == process { wires[index].resetReceiver() }
        }
        cursor = now
        for node in processes[process].nodes {
            settle(node: node)
            boxes[node] = makeNode(plan.nodes[node])
            restart(node: node)
        }
        notify(process, of: process, isUp: true)
        for other in neighbours(of: process) {
            push(
                .handshake, process, other, at: now + Cluster.handshakeTime,
                generation: processes[process].life)
        }
    }

    private func pause(_ process: Int, _ lasting: Instant.Span) {
        guard processes[process].isAlive else { return }
        processes[process].busyUntil = max(processes[process].busyUntil, now) + lasting
        guard lasting > Cluster.silenceLimit else { return }
        for other in neighbours(of: process) {
            push(
                .silence, other, process, at: now + Cluster.silenceLimit,
                generation: processes[process].life)
            push(
                .handshake, process, other, at: now + lasting + Cluster.handshakeTime,
                generation: processes[process].life)
        }
    }

    private func block(_ from: Int, _ to: Int, _ lasting: Instant.Span, _ obstacle: Obstacle) {
        obstacles.append(obstacle)
        push(.release, 0, obstacles.count - 1, at: now + lasting, generation: 0)
        guard lasting > Cluster.silenceLimit, neighbours(of: from).contains(to) else { return }
        push(.silence, to, from, at: now + Cluster.silenceLimit, generation: processes[from].life)
        push(.handshake, from, to, at: now + lasting + Cluster.handshakeTime, generation: processes[from].life)
    }

    private func push(_ kind: Event.Kind, _ subject: Int, _ detail: Int, at time: Instant, generation: UInt32) {
        queue.push(
            Event(at: time, kind: kind, subject: Int32(subject), detail: Int32(detail), generation: generation))
    }

    // MARK: What follows

    /// `process` has not heard the life `life` of `other` for too long.
    func fallSilent(_ process: Int, towards other: Int, life: UInt32) {
        let session = process * processes.count + other
        guard processes[process].isAlive, sessions[session] == life else { return }
        sessions[session] = 0
        notify(process, of: other, isUp: false)
    }

    /// Two processes have greeted each other; a session with a former life of the other ends first.
    func shakeHands(_ first: Int, _ second: Int, life: UInt32) {
        guard processes[first].isAlive, processes[first].life == life, processes[second].isAlive else { return }
        for (process, other) in [(first, second), (second, first)] {
            let session = process * processes.count + other
            guard sessions[session] != processes[other].life else { continue }
            if sessions[session] != 0 { notify(process, of: other, isUp: false) }
            sessions[session] = processes[other].life
            notify(process, of: other, isUp: true)
        }
    }

    /// A partition ends: held frames arrive at once, in order.
    func release(obstacle place: Int) {
        let held = obstacles[place].held
        obstacles[place].held.removeAll()
        for (frame, wire) in held {
            let arrival = max(now, wires[wire].lastArrival)
            wires[wire].lastArrival = arrival
            arrive(frame: frame, over: wire, at: arrival)
        }
    }
}
