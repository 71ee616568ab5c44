internal import Foundation
internal import Learning
internal import Measurements

try DrivesBench.run(CommandLine.arguments)
