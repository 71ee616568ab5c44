import NetworkModel
import NodeRuntime
import RRMLeader

NodeProcess.main([
    RoleRegistration(.rrm) { plan, node in LeaderNode(plan: plan, node: node, timeLimit: MonotonicClock.limit) }
])
