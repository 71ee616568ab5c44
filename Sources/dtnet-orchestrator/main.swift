import ModelServing
import NetworkModel
import NodeRuntime
import Orchestrator
import Simulator

let worker = LanguageWorker.ofThisProcess()
let twins = TwinWorker(
    think: { worker.think($0, $1) }, collect: { worker.collect($0, after: $1) }, load: { worker.load($0, $1) },
    keep: { worker.keep($0) })

NodeProcess.main([
    RoleRegistration(.orchestrator, execute: { job, _ in twins.execute(job) }) { plan, node in
        worker.readRows(plan.context)
        let (kept, awaySeconds) = worker.kept()
        return OrchestratorNode(plan: plan, node: node, kept: kept, awaySeconds: awaySeconds)
    }
])
