internal import Glibc

/// How many files this process, and those that it starts, may have open.
enum OpenFiles {
    /// Enough for any topology; what is started may go through all numbers up to its limit.
    private static let wanted: rlim_t = 65_536

    /// Raises the limit as far as the system lets it be: a supervisor has a few files open for each of its processes.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else {
            return
        }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
