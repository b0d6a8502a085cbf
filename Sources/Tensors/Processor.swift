import Glibc

/// What this machine's processor is like.
public enum Processor {
    /// Of a core's second cache; a megabyte where the system does not say.
    public static let secondCacheBytes: Int = {
        let bytes = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return bytes > 0 ? bytes : 1 << 20
    }()
}
