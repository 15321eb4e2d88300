package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.port.Port;
import lapwing.socket.Memory;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/** The functions of Registered I/O that make, change and end buffers and queues. */
final class RioQueues {
    /** Held while room in completion queues is taken by request queues, or by a smaller size. */
    private static final Object LIMITS = new Object();

    private RioQueues() {}

    // ---- buffers ----

    static RioBufferId register(@Nullable MemorySegment memory, int length) {
        int error =
                length == 0
                        ? WinsockError.WSAEINVAL
                        : memory == null
                                        || memory.isReadOnly()
                                        || !Memory.isStable(memory)
                                        || Integer.toUnsignedLong(length) > memory.byteSize()
                                ? WinsockError.WSAEFAULT
                                : 0;
        if (error != 0 || memory == null) {
            ThreadState.error(error);
            return RioBufferId.INVALID;
        }
        ThreadState.ok();
        return new RioBufferId(memory.asSlice(0, Integer.toUnsignedLong(length)));
    }

    static void deregister(@Nullable RioBufferId buffer) {
        if (buffer != null) {
            buffer.deregister();
        }
    }

    // ---- completion queues ----

    static @Nullable RioCompletionQueue createCompletionQueue(
            int size, @Nullable RioNotificationCompletion notification) {
        if (!isSize(size) || (notification != null && !notification.isValid())) {
            ThreadState.error(WinsockError.WSAEINVAL);
            return null;
        }
        ThreadState.ok();
        return new RioCompletionQueue(size, notification);
    }

    private static boolean isSize(int size) {
        return size >= 1 && size <= Constants.RIO_MAX_CQ_SIZE;
    }

    static void close(@Nullable RioCompletionQueue queue) {
        if (queue != null) {
            queue.close();
        }
    }

    static boolean resize(@Nullable RioCompletionQueue queue, int size) {
        if (queue == null || !isSize(size) || !queue.isOpen()) {
            return ThreadState.fail(WinsockError.WSAEINVAL);
        }
        boolean done;
        synchronized (LIMITS) {
            done = queue.resize(size);
        }
        return done ? ThreadState.ok() == 0 : ThreadState.fail(WinsockError.WSAETOOMANYREFS);
    }

    static int notify(@Nullable RioCompletionQueue queue) {
        return queue == null ? WinsockError.WSAEINVAL : queue.arm();
    }

    static int dequeue(
            @Nullable RioCompletionQueue queue, @Nullable RioResult @Nullable [] out, int most) {
        if (queue == null || out == null || most < 1 || most > out.length) {
            return Constants.RIO_CORRUPT_CQ;
        }
        int taken = queue.take(out, most);
        Port<?> port = queue.port();
        if (taken == 0 && port != null && port.loop().lead().isCallers()) {
            port.loop().lead().round(0); // nobody else would, as long as this thread only polls
            taken = queue.take(out, most);
        }
        return taken;
    }

    // ---- request queues ----

    static @Nullable RioRequestQueue createRequestQueue(
            @Nullable SocketHandle given,
            int receives,
            int receiveBuffers,
            int sends,
            int sendBuffers,
            @Nullable RioCompletionQueue receiveResults,
            @Nullable RioCompletionQueue sendResults,
            long context) {
        Socket s = SocketHandle.of(given);
        synchronized (s) {
            boolean possible = (receives | sends) != 0 && receiveBuffers == 1 && sendBuffers == 1;
            int error = refusal(s, possible && isOpen(receiveResults) && isOpen(sendResults));
            if (error != 0 || receiveResults == null || sendResults == null) {
                ThreadState.error(error);
                return null;
            }
            if (!reserve(
                    receiveResults,
                    Integer.toUnsignedLong(receives),
                    sendResults,
                    Integer.toUnsignedLong(sends))) {
                ThreadState.error(WinsockError.WSAENOBUFS);
                return null;
            }
            RioRequestQueue made =
                    new RioRequestQueue(s, context, receiveResults, receives, sendResults, sends);
            s.registered = made.membership;
            ThreadState.ok();
            return made;
        }
    }

    private static boolean isOpen(@Nullable RioCompletionQueue results) {
        return results != null && results.isOpen();
    }

    /** Why a socket cannot have a request queue, 0 if it can. Holding its monitor. */
    private static int refusal(Socket s, boolean possible) {
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        if (!s.doesRegisteredIo) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        return possible && s.registered == null ? 0 : WinsockError.WSAEINVAL;
    }

    static boolean resize(@Nullable RioRequestQueue queue, int receives, int sends) {
        if (queue == null || (receives | sends) == 0) {
            return ThreadState.fail(WinsockError.WSAEINVAL);
        }
        RioSide in = queue.receives;
        RioSide out = queue.sends;
        synchronized (queue.socket) {
            if (!queue.socket.isOpen()
                    || queue.socket.registered != queue.membership
                    || !in.results.isOpen()
                    || !out.results.isOpen()) {
                return ThreadState.fail(WinsockError.WSAEINVAL);
            }
            if (!in.fits(receives) || !out.fits(sends)) {
                return ThreadState.fail(WinsockError.WSAETOOMANYREFS);
            }
            if (!reserve(
                    in.results,
                    Integer.toUnsignedLong(receives) - in.most(),
                    out.results,
                    Integer.toUnsignedLong(sends) - out.most())) {
                return ThreadState.fail(WinsockError.WSAENOBUFS);
            }
            in.limit(receives);
            out.limit(sends);
        }
        return ThreadState.ok() == 0;
    }

    /** Takes room in both completion queues or in none. */
    private static boolean reserve(
            RioCompletionQueue receiveResults,
            long receives,
            RioCompletionQueue sendResults,
            long sends) {
        synchronized (LIMITS) {
            if (receiveResults == sendResults) {
                return receiveResults.reserve(receives + sends);
            }
            if (!receiveResults.reserve(receives)) {
                return false;
            }
            if (sendResults.reserve(sends)) {
                return true;
            }
            receiveResults.reserve(-receives);
            return false;
        }
    }
}
