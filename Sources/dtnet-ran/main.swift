import NetworkModel
import NodeRuntime
import RadioAccessNetwork

NodeProcess.main([
    RoleRegistration(.ran) { plan, node in
        try RANNode(
            plan: plan, node: node, files: TraceFolder.files(of: plan), isClosedLoop: EpochPace.isClosedLoop)
    }
])
