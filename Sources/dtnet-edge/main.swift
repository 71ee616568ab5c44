import BaselineTracing
import EdgeTwin
import NetworkModel
import NodeRuntime

NodeProcess.main([
    RoleRegistration(.edge, execute: BaselineTracer.ofThisProcess().execute(_:log:)) { plan, node in
        EdgeNode(plan: plan, node: node)
    }
])
