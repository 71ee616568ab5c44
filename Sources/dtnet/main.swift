import DTNetCommands

await DTNetTool.runTool()
