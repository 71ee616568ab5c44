import NetworkModel
import NodeRuntime
import Orchestrator

NodeProcess.main([RoleRegistration(.orchestrator) { plan, node in OrchestratorNode(plan: plan, node: node) }])
