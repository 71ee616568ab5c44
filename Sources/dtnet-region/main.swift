import NetworkModel
import NodeRuntime
import RRMLeader
import RegionalTwin

NodeProcess.main([
    RoleRegistration(.region) { plan, node in RegionNode(plan: plan, node: node) },
    RoleRegistration(.rrm) { plan, node in LeaderNode(plan: plan, node: node, timeLimit: MonotonicClock.limit) },
])
