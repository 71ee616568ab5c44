import ModelServing
import NetworkModel
import NodeRuntime
import Orchestrator
import Simulator

let worker = LanguageWorker.ofThisProcess()
let twins = TwinWorker(
    think: { worker.think($0, $1) }, collect: { worker.collect($0) }, load: { worker.load($0, $1) })

NodeProcess.main([
    RoleRegistration(.orchestrator, execute: { job, _ in twins.execute(job) }) { plan, node in
        worker.readRows(plan.context)
        return OrchestratorNode(plan: plan, node: node)
    }
])
