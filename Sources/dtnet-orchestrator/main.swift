import ModelServing
import NetworkModel
import NodeRuntime
import Orchestrator
import Simulator

let worker = LanguageWorker.ofThisProcess()
let twins = TwinWorker { job, network in worker.think(job, network) }

NodeProcess.main([
    RoleRegistration(.orchestrator, execute: twins.execute) { plan, node in
        OrchestratorNode(plan: plan, node: node)
    }
])
