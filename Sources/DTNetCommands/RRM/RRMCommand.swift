internal import ArgumentParser

/// `dtnet rrm`: the resource-management engine's own commands, one file each beside this one.
struct RRMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rrm",
        abstract: "Solve resource problems and play games off line.",
        subcommands: [
            RRMSolveCommand.self, RRMCompareCommand.self, RRMCaptureCommand.self, RRMGenerateCommand.self,
            RRMSchemaCommand.self, RRMAssociateCommand.self, RRMAdmitCommand.self, RRMPlaceCommand.self,
            RRMBlankCommand.self, RRMGameCommand.self, RRMBenchCommand.self,
            RRMPrecodeCommand.self, RRMBeamsCommand.self,
        ])
}
