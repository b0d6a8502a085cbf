import Glibc

/// The number of descriptors the process may have open (RLIMIT_NOFILE).
public enum DescriptorLimit {
    /// Raises the soft limit to the hard one; a failure leaves it as it is.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
