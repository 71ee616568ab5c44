internal import Foundation
internal import Numerics

extension WorkSpreading {
    /// All processors of the machine: for a tool that has nothing else to do.
    static let allProcessors = WorkSpreading { DispatchQueue.concurrentPerform(iterations: $0, execute: $1) }
}
