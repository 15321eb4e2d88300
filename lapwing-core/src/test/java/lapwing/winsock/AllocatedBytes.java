package lapwing.winsock;

import java.lang.reflect.Method;

/** The bytes that a thread has allocated. */
final class AllocatedBytes {
    /** By reflection: the module itself does not read {@code jdk.management}. */
    private static final Object THREADS;

    private static final Method ALLOCATED;

    static {
        try {
            THREADS =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getThreadMXBean")
                            .invoke(null);
            ALLOCATED =
                    Class.forName("com.sun.management.ThreadMXBean")
                            .getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("bytes allocated", e);
        }
    }

    private AllocatedBytes() {}

    static long by(Thread thread) {
        try {
            return (long) ALLOCATED.invoke(THREADS, thread.threadId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("bytes allocated", e);
        }
    }
}
