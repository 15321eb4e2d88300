package lapwing.winsock;

import lapwing.port.Port;

/**
 * An I/O completion port: packets first in first out (P24), waiters last in first out. Any number
 * of threads, virtual ones too, may wait.
 *
 * <p>The <em>concurrency value</em> bounds the threads that work on packets at the same time. A
 * thread counts from the packet it has got until it waits on a port again (P42), waits for
 * something else, or ends; a waiter is released only while fewer than that many count. A thread
 * that comes back while packets are queued gets one at once, before any waiter. So a port with more
 * threads than the value keeps that many busy, and replaces one that blocks. When it wakes up again
 * there is one too many for a moment.
 *
 * <p>That a thread waits in a function of this library is known at once, anything else within some
 * 2 ms by {@link Thread#getState}: a lock, a sleep, the end of the thread. A platform thread inside
 * a native function, such as a read by {@code java.io}, looks as if it computed; after 100 ms in
 * which packets waited it is no longer counted. Work that computes for longer than that is
 * therefore joined by another thread, at most one in 100 ms, where Windows would release none. A
 * thread whose wait brought nothing does not count; on Windows it does.
 *
 * <p>A port made with concurrency 1 has a loop of its own. A platform thread that dequeues alone
 * and again and again is made the leader of that loop: it then waits in the kernel itself, and what
 * it starts between two waits goes out with the next one. A second thread on the port, or a leader
 * that stays away, ends that; nobody notices but the clock.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/fileio/i-o-completion-ports">MSDN</a>
 */
public final class CompletionPort extends Handle {
    /** What the handle stands for. */
    final Port<OverlappedEntry> port;

    CompletionPort(int concurrency) {
        this(new Port<>(concurrency, OverlappedEntry.WRITER));
    }

    CompletionPort(Port<OverlappedEntry> port) {
        this.port = port;
    }

    @Override
    boolean isOpen() {
        return port.isOpen();
    }

    /** Closes the port; false if it is closed. */
    boolean close() {
        boolean closed = port.close();
        forgetValue();
        return closed;
    }

    @Override
    public String toString() {
        return "completion port";
    }
}
