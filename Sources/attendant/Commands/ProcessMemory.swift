import FoundationEssentials

/// What this process holds of the machine's memory, as proc_pid_status(5) tells it; zeros where there is no such file.
struct ProcessMemory {
    let residentBytes: Int
    /// The most that was resident so far.
    let peakResidentBytes: Int

    static var now: ProcessMemory {
        let status = String(decoding: FileManager.default.contents(atPath: "/proc/self/status") ?? Data(), as: UTF8.self)
        func bytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
            return 1024 * (kibibytes.flatMap { Int($0) } ?? 0)
        }
        return ProcessMemory(residentBytes: bytes("VmRSS"), peakResidentBytes: bytes("VmHWM"))
    }
}
