import Glibc
import Synchronization

/// Where threads wait for a condition over atomics: awake for a bounded moment, then asleep.
///
/// Nothing is lost between the two sides: a waiting thread says that it sleeps and then looks at the condition, the other
/// makes the condition true and then looks whether anybody sleeps, and all four steps are sequentially consistent.
///
/// `@unchecked Sendable`: the two pointers never change, what they point to is touched by pthread functions alone, which
/// any thread may call, and it is freed when no reference is left, so that no thread can be in such a call.
final class ThreadParking: @unchecked Sendable {
    /// How long a thread looks before it sleeps: about what falling asleep and being woken costs.
    private static let patience: Int64 = 50_000  // nanoseconds

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let sleepers = Atomic<Int>(0)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Returns once the condition holds.
    /// - Parameter isTrue: loads atomics with sequential consistency. Who makes it true calls `wakeAll` afterwards.
    func wait(until isTrue: () -> Bool) {
        // Reading the clock takes some 25 ns behind a fence, which is also the pause that such a loop needs.
        let deadline = Self.now + Self.patience
        repeat {
            if isTrue() { return }
        } while Self.now < deadline
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !isTrue() { pthread_cond_wait(condition, mutex) }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
    }

    /// Has all sleeping threads look at their condition again; costs a load where nobody sleeps.
    func wakeAll() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Nanoseconds of the monotonic clock.
    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
