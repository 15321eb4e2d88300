package lapwing.winsock;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import lapwing.engine.choice.Engines;

/**
 * The program of {@link FallbackTest}: says which engine it got, and echoes one block with
 * AcceptEx. With the argument "deny" it first forbids itself {@code io_uring_setup}, as a
 * container's seccomp profile does.
 */
final class EchoOnce {
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int IO_URING_SETUP = 425;
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");
    private static final long PRCTL = X86 ? 157 : 167;
    private static final long SECCOMP = X86 ? 317 : 277;
    private static final int AREA = 32;

    private EchoOnce() {}

    public static void main(String[] args) throws Throwable {
        if (args.length > 0 && args[0].equals("deny")) {
            denyRings();
        }
        try {
            SocketHandle listener = socket();
            System.out.println(Engines.current().name());
            Sockaddr at = Sockaddr.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            check(Winsock.bind(listener, at, at.length()) == 0);
            check(Winsock.listen(listener, 5) == 0);
            check(Winsock.getsockname(listener, at, new IntRef(Sockaddr.SIZE_V6)) == 0);
            System.out.println(echo(listener, at.toInetSocketAddress()));
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
    }

    private static SocketHandle socket() {
        return Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
    }

    private static void check(boolean success) {
        if (!success) {
            throw new AssertionError(WinsockError.nameOf(Winsock.WSAGetLastError()));
        }
    }

    private static String echo(SocketHandle listener, InetSocketAddress at) throws IOException {
        SocketHandle socket = socket();
        MemorySegment memory = Arena.ofAuto().allocate(16 + 2 * AREA);
        Overlapped overlapped = new Overlapped();
        AcceptEx acceptEx = Extension.load(socket, Constants.WSAID_ACCEPTEX, AcceptEx.class);
        boolean done = acceptEx.call(listener, socket, memory, 16, AREA, AREA, null, overlapped);
        check(done || Winsock.WSAGetLastError() == WinsockError.WSA_IO_PENDING);
        try (Socket client = new Socket(at.getAddress(), at.getPort())) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            IntRef bytes = new IntRef();
            check(Winsock.WSAGetOverlappedResult(socket, overlapped, bytes, true, new IntRef()));
            check(Winsock.send(socket, memory, bytes.value, 0) == bytes.value);
            return new String(client.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
        }
    }

    /** Installs a filter under which {@code io_uring_setup} is EPERM, in all threads. */
    @SuppressWarnings("restricted")
    private static void denyRings() throws Throwable {
        ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
        Linker linker = Linker.nativeLinker();
        MethodHandle call =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(number, number, number, number, number, number));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(4 * 8, 8);
            instruction(filter, 0, 0x20, 0, 0); // load the number of the call
            instruction(filter, 1, 0x15, 1, IO_URING_SETUP); // another one: to the last line
            instruction(filter, 2, 0x06, 0, 0x00050001); // SECCOMP_RET_ERRNO, EPERM
            instruction(filter, 3, 0x06, 0, 0x7FFF0000); // SECCOMP_RET_ALLOW
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 4);
            program.set(ValueLayout.ADDRESS, 8, filter);
            long all = 1; // SECCOMP_FILTER_FLAG_TSYNC
            long mode = SECCOMP_SET_MODE_FILTER;
            check((long) call.invokeExact(PRCTL, (long) PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L) == 0);
            check((long) call.invokeExact(SECCOMP, mode, all, program.address(), 0L) == 0);
        }
    }

    private static void instruction(MemorySegment filter, int index, int code, int other, int k) {
        long at = index * 8L;
        filter.set(ValueLayout.JAVA_SHORT, at, (short) code);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) other); // jump if false
        filter.set(ValueLayout.JAVA_INT, at + 4, k);
    }
}
