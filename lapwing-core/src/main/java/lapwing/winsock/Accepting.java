package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.winsock.Request.AcceptArguments;
import org.jspecify.annotations.Nullable;

/**
 * AcceptEx and its buffer.
 *
 * <p>An AcceptEx is an accept and, if data is wanted, a receive on the new connection; the
 * request's {@code awaitsData} tells which one is with the engine. Inside the buffer, an address
 * area begins with the length of the address (4 bytes), the address follows (G2 leaves that to us).
 */
final class Accepting {
    private static final int PREFIX = 4;

    private Accepting() {}

    static boolean acceptEx(
            SocketHandle listener,
            SocketHandle accept,
            @Nullable MemorySegment output,
            int dataLength,
            int localLength,
            int remoteLength,
            @Nullable Overlapped overlapped) {
        Request request = overlapped == null ? null : overlapped.take();
        if (overlapped == null || request == null) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_PARAMETER);
        }
        overlapped.begin(); // also before a failure: O3
        if (output == null
                || output.isReadOnly()
                || remoteLength == 0
                || (dataLength | localLength | remoteLength) < 0
                || (long) dataLength + localLength + remoteLength > output.byteSize()) {
            return ThreadState.fail(WinsockError.WSAEFAULT);
        }
        Memory.isStable(output);
        synchronized (listener) {
            if (!listener.isOpen() || !accept.isOpen()) {
                return ThreadState.fail(WinsockError.WSAENOTSOCK);
            }
            if (listener.state != SocketHandle.State.LISTENING) {
                return ThreadState.fail(
                        WinsockError.WSAEINVAL); // before the second monitor: their order
            }
            synchronized (accept) {
                int refusal = refusal(listener, accept);
                if (refusal != 0) {
                    return ThreadState.fail(refusal);
                }
                request.prepare(listener, Request.Purpose.ACCEPT, Operation.Kind.ACCEPT);
                request.accepting =
                        new AcceptArguments(accept, output, dataLength, localLength, remoteLength);
                accept.state = SocketHandle.State.ACCEPTING;
                accept.acceptedBy = request;
                listener.link(request);
                begin(listener, accept, request);
            }
        }
        return ThreadState.fail(WinsockError.WSA_IO_PENDING);
    }

    private static int refusal(SocketHandle listener, SocketHandle accept) {
        if (!accept.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        boolean fits =
                listener.state == SocketHandle.State.LISTENING
                        && accept.state == SocketHandle.State.CREATED
                        && !accept.datagrams
                        && accept.v6 == listener.v6;
        return fits ? 0 : WinsockError.WSAEINVAL;
    }

    private static void begin(SocketHandle listener, SocketHandle accept, Request request) {
        Listening listening = listening(listener);
        Listening.Deferred deferred = listening.deferred.poll();
        if (deferred == null) {
            listening.add(request);
        } else {
            request.peer().set(deferred.peer());
            arrived(listener, accept, request, deferred.endpoint());
        }
    }

    private static Listening listening(SocketHandle listener) {
        return Objects.requireNonNull(listener.listening);
    }

    /** The engine has ended an accept, or the receive that follows it. */
    static void ended(SocketHandle listener, Request request) {
        AcceptArguments arguments = request.accepting;
        synchronized (listener) {
            if (arguments == null) {
                PlainAccepting.ended(listener, request);
            } else {
                Listening listening = listening(listener);
                SocketHandle accept = arguments.socket();
                synchronized (accept) {
                    if (request.awaitsData) {
                        listening.awaited(accept);
                    } else {
                        listening.accepted();
                    }
                    try {
                        stageEnded(listener, accept, request);
                    } finally {
                        listening.proceed(); // others must not wait for it
                    }
                }
            }
            Disconnecting.closeIfDone(listener);
        }
    }

    private static void stageEnded(SocketHandle listener, SocketHandle accept, Request request) {
        boolean wanted = listener.isOpen() && accept.isOpen();
        int status = request.status;
        if (status != Status.SUCCESS) {
            fail(listener, accept, request, wanted ? status : Status.CANCELLED);
        } else if (request.awaitsData) {
            if (wanted) {
                request.copyOut(request.bytes);
                succeed(listener, accept, request, request.bytes);
            } else {
                fail(listener, accept, request, Status.CANCELLED);
            }
        } else {
            Endpoint connection = Objects.requireNonNull(request.accepted);
            request.accepted = null;
            if (wanted && !request.abandoned) {
                arrived(listener, accept, request, connection);
            } else {
                request.loop().close(connection);
                fail(listener, accept, request, Status.CANCELLED);
            }
        }
    }

    /** A connection is there. */
    private static void arrived(
            SocketHandle listener, SocketHandle accept, Request request, Endpoint connection) {
        if (accept.endpoint != null) {
            listener.loop().close(accept.endpoint); // made for an option that had to be tried
        }
        accept.endpoint = connection;
        accept.isConnectionThere = true;
        accept.connectedAt = System.nanoTime();
        Address peer = request.takePeer();
        accept.peer = peer;
        accept.listenerLingers = listener.lingers();
        if (accept.options != null) {
            accept.options.applyTo(connection, listener.options);
        }
        AcceptArguments arguments = Objects.requireNonNull(request.accepting);
        int needed = Sockaddr.length(peer) + PREFIX;
        if (arguments.localLength() < needed || arguments.remoteLength() < needed) {
            fail(listener, accept, request, Status.BUFFER_TOO_SMALL); // A9
        } else if (arguments.dataLength() == 0) {
            succeed(listener, accept, request, 0);
        } else {
            request.awaitsData = true;
            listening(listener).awaits();
            request.kind = Operation.Kind.RECEIVE;
            request.endpoint = connection;
            request.block(arguments.output(), arguments.dataLength(), true);
            request.startOn(listener.loop());
        }
    }

    /** Cancels an AcceptEx. Holding the listener's monitor. */
    static void abandon(SocketHandle listener, Request request) {
        AcceptArguments arguments = request.accepting;
        if (arguments == null || !listening(listener).remove(request)) {
            request.cancel();
            return;
        }
        SocketHandle accept = arguments.socket();
        synchronized (accept) {
            fail(listener, accept, request, Status.CANCELLED);
        }
    }

    /** The socket that was to become the connection has been closed (A30). Without any monitor. */
    static void abandonFor(SocketHandle accept, Request request) {
        SocketHandle listener = Objects.requireNonNull(request.socket);
        synchronized (listener) {
            AcceptArguments arguments = request.accepting;
            if (arguments != null && arguments.socket() == accept) { // else it has ended meanwhile
                abandon(listener, request);
            }
        }
    }

    private static void succeed(
            SocketHandle listener, SocketHandle accept, Request request, int bytes) {
        Address local = Objects.requireNonNull(listener.local);
        if (local.isWildcard()) {
            local = ThreadState.current().address;
            Objects.requireNonNull(accept.endpoint).localAddress(local);
        }
        AcceptArguments to = Objects.requireNonNull(request.accepting);
        long peerAt = (long) to.dataLength() + to.localLength();
        write(to.output(), to.dataLength(), local);
        write(to.output(), peerAt, Objects.requireNonNull(accept.peer));
        accept.acceptedBy = null;
        accept.connected(true, true);
        accept.endSeen = request.awaitsData && bytes == 0;
        listener.unlink(request);
        Completion.deliver(listener, request, Status.SUCCESS, bytes, false);
    }

    private static void write(MemorySegment output, long at, Address address) {
        output.set(ValueLayout.JAVA_INT_UNALIGNED, at, Sockaddr.length(address));
        Sockaddr.write(address, output, at + PREFIX);
    }

    private static void fail(
            SocketHandle listener, SocketHandle accept, Request request, int status) {
        if (accept.endpoint != null) {
            listener.loop().close(accept.endpoint);
            accept.endpoint = null;
        }
        accept.acceptedBy = null;
        if (accept.isOpen()) {
            accept.disconnected(SocketHandle.State.CREATED); // A50
        }
        listener.unlink(request);
        Completion.deliver(listener, request, status, 0, false);
        Disconnecting.closeIfDone(accept);
    }

    static void addresses(
            MemorySegment output,
            int dataLength,
            int localLength,
            Ref<MemorySegment> local,
            IntRef localSize,
            Ref<MemorySegment> remote,
            IntRef remoteSize) {
        read(output, dataLength, local, localSize);
        read(output, (long) dataLength + localLength, remote, remoteSize);
    }

    private static void read(
            MemorySegment output, long at, Ref<MemorySegment> address, IntRef size) {
        int length =
                at < 0 || at + PREFIX > output.byteSize()
                        ? 0
                        : output.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        boolean there =
                (length == Sockaddr.SIZE_V4 || length == Sockaddr.SIZE_V6)
                        && at + PREFIX + length <= output.byteSize();
        address.value = there ? output.asSlice(at + PREFIX, length) : null;
        size.value = there ? length : 0;
    }
}
