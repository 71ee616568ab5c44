import EdgeTwin
import NetworkModel
import NodeRuntime

NodeProcess.main([RoleRegistration(.edge) { plan, node in EdgeNode(plan: plan, node: node) }])
