import CKernels

/// What a bare loop of multiply-adds in registers reaches: the limit of any product on this machine.
public enum PeakRate {
    /// Operations of a second, two for each multiply-add, with the team's members all at it; the best of a few short rounds. 0 where the
    /// CPU has no instruction that multiplies this type.
    public static func operationsPerSecond(_ dtype: DType, threads: Int, team: ThreadTeam) -> Double {
        let clock = ContinuousClock()
        var best = 0.0
        for _ in 0..<7 {
            // Each member takes one share; a member that comes late makes a slower round, which another round makes up for.
            var operations = [Double](repeating: 0, count: threads)
            let elapsed = operations.withUnsafeMutableBufferPointer { operations in
                let target = UncheckedPointer(operations.baseAddress!)
                return clock.measure {
                    team.forEach(threads) { share, _ in target.pointer[share] = loop(dtype, iterations: 1_000_000) }
                }
            }
            best = max(best, operations.reduce(0, +) / (elapsed / .seconds(1)))
        }
        return best
    }

    private static func loop(_ dtype: DType, iterations: Int) -> Double {
        switch dtype {
        case .f32: attendant_peak_f32(iterations)
        case .bf16: attendant_peak_bf16(iterations)
        case .int8: attendant_peak_int8(iterations)
        }
    }

    /// Each share writes an element of its own.
    private struct UncheckedPointer {
        let pointer: UnsafeMutablePointer<Double>

        init(_ pointer: UnsafeMutablePointer<Double>) {
            self.pointer = pointer
        }
    }
}
