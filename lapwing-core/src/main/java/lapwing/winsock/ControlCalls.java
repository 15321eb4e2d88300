package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Operation;
import lapwing.winsock.SocketOptions.Row;
import org.jspecify.annotations.Nullable;

/** WSAIoctl: the control codes, their arguments and how they end. */
final class ControlCalls {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SocketHandle s;
    private final @Nullable MemorySegment in;
    private final int inLength;
    private final @Nullable MemorySegment out;
    private final int outLength;
    private final IntRef bytes;
    private final @Nullable Overlapped overlapped;

    private ControlCalls(
            SocketHandle s,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            IntRef bytes,
            @Nullable Overlapped overlapped) {
        this.s = s;
        this.in = in;
        this.inLength = in == null ? 0 : (int) Math.min(inLength, in.byteSize());
        this.out = out;
        this.outLength = out == null ? 0 : (int) Math.min(outLength, out.byteSize());
        this.bytes = bytes;
        this.overlapped = overlapped;
    }

    static int call(
            SocketHandle s,
            int code,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            @Nullable IntRef bytes,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        if (!s.isOpen()) {
            return ThreadState.error(WinsockError.WSAENOTSOCK);
        }
        Overlapped overlapped = Waiting.effective(s, given);
        if (bytes == null) {
            return ThreadState.error(WinsockError.WSAEFAULT); // before anything else: I2, I12
        }
        synchronized (s) {
            if (!s.isOpen()) {
                return ThreadState.error(WinsockError.WSAENOTSOCK);
            }
            int error =
                    new ControlCalls(s, in, inLength, out, outLength, bytes, overlapped).run(code);
            if (error == 0 && overlapped != null) {
                error = complete(s, overlapped, routine);
            }
            return error == 0 ? ThreadState.ok() : ThreadState.error(error);
        }
    }

    /** A control call that has succeeded at once makes a packet of 0 bytes (I15, I24, I30, I41). */
    private static int complete(
            SocketHandle s, Overlapped overlapped, @Nullable CompletionRoutine routine) {
        Request request = overlapped.take();
        if (request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        request.prepare(s, Request.Purpose.NOTIFY, Operation.Kind.RECEIVE);
        request.routine = routine;
        request.routines = routine == null ? null : ThreadState.current().routines;
        overlapped.begin();
        Completion.deliver(s, request, NtStatus.STATUS_SUCCESS, 0, true);
        return 0;
    }

    private int run(int code) {
        return switch (code) {
            case Constants.SIO_GET_EXTENSION_FUNCTION_POINTER -> extensionFunction();
            case Constants.FIONBIO -> nonBlocking();
            case Constants.FIONREAD -> available();
            case Constants.SIOCATMARK -> atMark();
            case Constants.SIO_KEEPALIVE_VALS -> keepAlive();
            case Constants.SIO_BASE_HANDLE -> number64(s.value());
            default -> refuse(WinsockError.WSAEOPNOTSUPP);
        };
    }

    /** Fails with the size set to 0. */
    private int refuse(int error) {
        bytes.value = 0;
        return error;
    }

    private int returned(int size) {
        bytes.value = size;
        return 0;
    }

    private int number32(int value) {
        if (out == null || outLength < 4) {
            return WinsockError.WSAEFAULT; // size untouched: I18
        }
        out.set(INT, 0, value);
        return returned(4);
    }

    private int number64(long value) {
        if (out == null || outLength < 8) {
            return refuse(WinsockError.WSAEFAULT);
        }
        out.set(LONG, 0, value);
        return returned(8);
    }

    private int extensionFunction() {
        if (in == null || inLength < Guid.SIZE || out == null || outLength < 8) {
            return WinsockError.WSAEFAULT;
        }
        Long pointer = Extension.pointer(Guid.read(in));
        return pointer == null ? WinsockError.WSAEINVAL : number64(pointer);
    }

    private int nonBlocking() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        s.nonBlocking = in.get(INT, 0) != 0;
        return returned(0);
    }

    private int available() {
        if (s.endpoint == null || s.state == SocketHandle.State.LISTENING) {
            return number32(0);
        }
        return number32(Math.max(0, s.endpoint.available()));
    }

    private int atMark() {
        boolean connected = s.endpoint != null && s.state == SocketHandle.State.CONNECTED;
        // Windows says TRUE when no out-of-band byte waits (I20); Linux says 1 when the mark is
        // next
        return number32(connected && Objects.requireNonNull(s.endpoint).atMark() == 1 ? 0 : 1);
    }

    private int keepAlive() {
        if (in == null || inLength < 12) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (s.datagrams) {
            return refuse(WinsockError.WSAENOPROTOOPT);
        }
        boolean on = in.get(INT, 0) != 0;
        if (on) {
            OptionCalls.store(s, Row.KEEPIDLE, seconds(in.get(INT, 4)));
            OptionCalls.store(s, Row.KEEPINTERVAL, seconds(in.get(INT, 8)));
        }
        OptionCalls.store(s, Row.KEEPALIVE, on ? 1 : 0);
        if (overlapped == null) {
            bytes.value = 0; // untouched with OVERLAPPED: I24
        }
        return 0;
    }

    private static int seconds(int milliseconds) {
        return Math.clamp(((milliseconds & 0xFFFFFFFFL) + 999) / 1000, 1, 32767);
    }
}
