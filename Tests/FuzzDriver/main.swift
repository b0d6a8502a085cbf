import FuzzTargets
import Glibc

enum Choice {
    /// What libFuzzer starts anew inherits the environment, so the target's name stands there and not among the arguments.
    static let target = getenv("ATTENDANT_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }
}

/// Called with each input; libFuzzer writes down the one that it does not return from.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(FuzzFinding) {
        try Choice.target!.run(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}

/// libFuzzer's own `main` is not used, for the package manager links that of this file.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

guard Choice.target != nil else {
    print("ATTENDANT_FUZZ must be one of " + FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
    exit(2)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(runDriver(&count, &arguments, testOneInput))
