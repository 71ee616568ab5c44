import NetworkModel
import NodeRuntime
import Orchestrator
import Simulator

NodeProcess.main([
    RoleRegistration(.orchestrator, execute: TwinWorker().execute) { plan, node in
        OrchestratorNode(plan: plan, node: node)
    }
])
