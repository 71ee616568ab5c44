internal import Glibc

extension NodeProcess {
    /// Does what `run` does with the arguments of this process, and ends it with the exit status.
    package static func main(_ registrations: [RoleRegistration]) -> Never { exit(run(registrations)) }
}
