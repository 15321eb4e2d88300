package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static lapwing.winsock.Constants.*;
import static lapwing.winsock.WinsockError.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Why each control code fails: missing or short memory, the kind of socket, its state. Without a
 * structure, with one, and with a routine.
 */
class ControlReasonsTest extends WinsockContract {
    private static final int ALONE = 0xDEADBEEF;
    private static final int NULL = -1;
    private static final int UNKNOWN = 0xDEADBEEF;

    /** Who refuses: the library at the call, or the system below, which a structure hears of. */
    private enum By {
        LIBRARY,
        SYSTEM
    }

    /**
     * One reason.
     *
     * @param in length of the input, or NULL
     * @param size what the byte count becomes without a structure, or ALONE
     * @param status what a structure gets to hear, if the system answers
     */
    private record Row(
            String what,
            Supplier<SocketHandle> socket,
            int code,
            Consumer<MemorySegment> input,
            int in,
            int out,
            int error,
            int size,
            By by,
            int status) {}

    private final List<Row> rows = new ArrayList<>();
    private final MemorySegment in = Arena.ofAuto().allocate(64, 8);
    private final MemorySegment out = Arena.ofAuto().allocate(8192, 8);

    private void refused(
            String what,
            Supplier<SocketHandle> socket,
            int code,
            Consumer<MemorySegment> input,
            int inLength,
            int outLength,
            int error,
            int size) {
        rows.add(
                new Row(
                        what,
                        socket,
                        code,
                        input,
                        inLength,
                        outLength,
                        error,
                        size,
                        By.LIBRARY,
                        0));
    }

    private void answered(
            String what,
            Supplier<SocketHandle> socket,
            int code,
            Consumer<MemorySegment> input,
            int inLength,
            int outLength,
            int status) {
        int error = NtStatus.toWinsock(status);
        rows.add(
                new Row(
                        what, socket, code, input, inLength, outLength, error, 0, By.SYSTEM,
                        status));
    }

    private SocketHandle udp() {
        return socket(AF_INET, SOCK_DGRAM);
    }

    private SocketHandle connected() {
        SocketHandle s = socket();
        Sockaddr to = name(listener());
        assertSucceeds(Winsock.connect(s, to, to.length()));
        return s;
    }

    private static Consumer<MemorySegment> address(String host) {
        return memory -> Sockaddr.of(new InetSocketAddress(host, 0)).write(memory);
    }

    private static void nothing(MemorySegment memory) {
        memory.fill((byte) 0);
    }

    private void unsupported() {
        for (int code : new int[] {UNKNOWN, FIOASYNC, 0x667E, SIO_FLUSH, SIO_GET_QOS}) { // I9–I11
            for (Supplier<SocketHandle> each :
                    List.<Supplier<SocketHandle>>of(this::socket, this::udp)) {
                answered(
                        "unsupported",
                        each,
                        code,
                        ControlReasonsTest::nothing,
                        4,
                        4,
                        NtStatus.STATUS_NOT_SUPPORTED);
            }
        }
        Consumer<MemorySegment> none = ControlReasonsTest::nothing;
        answered(
                "datagrams",
                this::udp,
                SIO_IDEAL_SEND_BACKLOG_QUERY,
                none,
                NULL,
                4,
                NtStatus.STATUS_NOT_SUPPORTED); // I45
        answered(
                "stream",
                this::socket,
                SIO_UDP_CONNRESET,
                none,
                4,
                NULL,
                NtStatus.STATUS_NOT_SUPPORTED);
        answered("datagrams", this::udp, SIO_TCP_INFO, none, 4, 256, NtStatus.STATUS_NOT_SUPPORTED);
        answered(
                "version 7",
                this::connected,
                SIO_TCP_INFO,
                m -> m.set(JAVA_INT, 0, 7),
                4,
                256,
                NtStatus.STATUS_NOT_SUPPORTED);
    }

    private void state() {
        Consumer<MemorySegment> none = ControlReasonsTest::nothing;
        answered(
                "no connection",
                this::socket,
                SIO_IDEAL_SEND_BACKLOG_QUERY,
                none,
                NULL,
                4,
                NtStatus.STATUS_INVALID_CONNECTION); // I45
        answered(
                "no connection",
                this::socket,
                SIO_TCP_INFO,
                none,
                4,
                256,
                NtStatus.STATUS_INVALID_CONNECTION);
        answered(
                "listens",
                this::listener,
                SIO_TCP_INFO,
                none,
                4,
                256,
                NtStatus.STATUS_INVALID_CONNECTION);
    }

    private void memoryBelow() {
        Consumer<MemorySegment> none = ControlReasonsTest::nothing;
        for (int room : new int[] {NULL, 0, 3}) {
            answered(
                    "room " + room,
                    this::connected,
                    SIO_IDEAL_SEND_BACKLOG_QUERY,
                    none,
                    NULL,
                    room,
                    NtStatus.STATUS_BUFFER_TOO_SMALL);
        }
        for (int room : new int[] {NULL, 0, 75}) { // I33, I34
            answered(
                    "room " + room,
                    this::socket,
                    SIO_GET_INTERFACE_LIST,
                    none,
                    NULL,
                    room,
                    NtStatus.STATUS_BUFFER_TOO_SMALL);
        }
        for (int length : new int[] {NULL, 0, 3, 5}) { // I44
            answered(
                    "input " + length,
                    this::connected,
                    SIO_TCP_INFO,
                    none,
                    length,
                    256,
                    NtStatus.STATUS_INVALID_BUFFER_SIZE);
        }
        for (int room : new int[] {NULL, 0, 4, 87}) {
            answered(
                    "room " + room,
                    this::connected,
                    SIO_TCP_INFO,
                    none,
                    4,
                    room,
                    NtStatus.STATUS_INVALID_PARAMETER);
        }
    }

    private void memory() {
        Consumer<MemorySegment> none = ControlReasonsTest::nothing;
        Consumer<MemorySegment> known = WSAID_ACCEPTEX::write;
        for (int length : new int[] {NULL, 0, 3}) {
            refused(
                    "input " + length,
                    this::socket,
                    FIONBIO,
                    none,
                    length,
                    NULL,
                    WSAEFAULT,
                    0); // I14
            refused(
                    "input " + length,
                    this::udp,
                    SIO_UDP_CONNRESET,
                    none,
                    length,
                    NULL,
                    WSAEFAULT,
                    0);
            refused(
                    "room " + length,
                    this::socket,
                    FIONREAD,
                    none,
                    NULL,
                    length,
                    WSAEFAULT,
                    ALONE); // I18
            refused(
                    "room " + length,
                    this::socket,
                    SIOCATMARK,
                    none,
                    NULL,
                    length,
                    WSAEFAULT,
                    ALONE);
        }
        for (int length : new int[] {NULL, 0, 15}) { // I6, I7
            refused(
                    "input " + length,
                    this::socket,
                    SIO_GET_EXTENSION_FUNCTION_POINTER,
                    known,
                    length,
                    8,
                    WSAEFAULT,
                    ALONE);
            refused(
                    "input " + length,
                    this::socket,
                    SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
                    WSAID_MULTIPLE_RIO::write,
                    length,
                    256,
                    WSAEFAULT,
                    0);
        }
        for (int room : new int[] {NULL, 0, 7}) { // I5, I7
            refused(
                    "room " + room,
                    this::socket,
                    SIO_GET_EXTENSION_FUNCTION_POINTER,
                    known,
                    16,
                    room,
                    WSAEFAULT,
                    ALONE);
            refused(
                    "room " + room,
                    this::socket,
                    SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
                    WSAID_MULTIPLE_RIO::write,
                    16,
                    room,
                    WSAEFAULT,
                    0);
        }
        refused(
                "unknown GUID",
                this::socket,
                SIO_GET_EXTENSION_FUNCTION_POINTER,
                none,
                16,
                8,
                WSAEINVAL,
                ALONE); // I4
        refused(
                "unknown GUID",
                this::socket,
                SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER,
                known,
                16,
                256,
                WSAEINVAL,
                0); // I48
        refused(
                "no room for the count",
                this::socket,
                SIO_ADDRESS_LIST_QUERY,
                none,
                NULL,
                1,
                WSAEINVAL,
                0); // I28
        for (int length : new int[] {NULL, 0, 11}) { // I21
            refused(
                    "input " + length,
                    this::socket,
                    SIO_KEEPALIVE_VALS,
                    none,
                    length,
                    NULL,
                    WSAEFAULT,
                    0);
        }
        refused(
                "datagrams",
                this::udp,
                SIO_KEEPALIVE_VALS,
                none,
                12,
                NULL,
                WSAENOPROTOOPT,
                0); // I25
    }

    private void routes() {
        Consumer<MemorySegment> home = address("127.0.0.1");
        Consumer<MemorySegment> none = ControlReasonsTest::nothing;
        int query = SIO_ROUTING_INTERFACE_QUERY;
        for (int length : new int[] {NULL, 0, 1, 15}) {
            refused("input " + length, this::udp, query, home, length, 16, WSAEINVAL, ALONE);
        }
        refused("no family", this::udp, query, none, 16, 16, WSAEAFNOSUPPORT, ALONE); // I37
        refused(
                "another family",
                this::udp,
                query,
                m -> m.set(JAVA_SHORT, 0, (short) AF_INET6),
                28,
                28,
                WSAEAFNOSUPPORT,
                ALONE);
        refused("nowhere", this::udp, query, address("0.0.0.0"), 16, 16, WSAEINVAL, ALONE); // I38
        refused("no output", this::udp, query, home, 16, NULL, WSAEFAULT, ALONE);
        refused("room 15", this::udp, query, home, 16, 15, WSAEFAULT, 16);
    }

    private int call(Row row, int[] size, Overlapped overlapped, CompletionRoutine routine) {
        row.input.accept(in);
        IntRef bytes = new IntRef(ALONE);
        SocketHandle s = row.socket.get();
        int result = call(s, row, bytes, overlapped, routine);
        size[0] = bytes.value;
        return result;
    }

    private int call(
            SocketHandle s,
            Row row,
            IntRef bytes,
            Overlapped overlapped,
            CompletionRoutine routine) {
        int done =
                Winsock.WSAIoctl(
                        s,
                        row.code,
                        row.in == NULL ? null : in,
                        Math.max(row.in, 0),
                        row.out == NULL ? null : out,
                        Math.max(row.out, 0),
                        bytes,
                        overlapped,
                        routine);
        return done == 0 ? 0 : Winsock.WSAGetLastError();
    }

    private void alone(Row row) {
        int[] size = new int[1];
        assertThat(call(row, size, null, null)).isEqualTo(row.error);
        assertThat(size[0]).as("size").isEqualTo(row.size);
    }

    private void withStructure(Row row) {
        row.input.accept(in);
        CompletionPort port = port(1);
        SocketHandle s = row.socket.get();
        associate(s, port, 3);
        IntRef bytes = new IntRef(ALONE);
        Overlapped o = new Overlapped();
        int error = call(s, row, bytes, o, null);
        if (row.by == By.LIBRARY) {
            assertThat(error).isEqualTo(row.error);
            boolean begun = row.code == SIO_KEEPALIVE_VALS;
            assertThat(o.internal()).isEqualTo(begun ? NtStatus.STATUS_PENDING : 0);
            assertEmpty(port); // I4, I30
            return;
        }
        assertPends(error);
        assertThat(bytes.value).as("size").isEqualTo(ALONE);
        Packet packet = next(port);
        assertThat(packet).isEqualTo(new Packet(false, NtStatus.toWin32(row.status), 0, 3, o));
        assertThat(o.internal()).isEqualTo(row.status);
        assertEmpty(port);
    }

    private void withRoutine(Row row) {
        List<Integer> heard = new ArrayList<>();
        int[] size = new int[1];
        int error =
                call(
                        row,
                        size,
                        new Overlapped(),
                        (e, transferred, o, flags) -> {
                            heard.add(e);
                            heard.add(transferred);
                        });
        boolean below = row.by == By.SYSTEM;
        assertThat(error).isEqualTo(below ? ERROR_IO_PENDING : row.error);
        Kernel32.SleepEx(0, true);
        assertThat(heard).isEqualTo(below ? List.of(row.error, 0) : List.of()); // I11
    }

    @TestFactory
    Stream<DynamicTest> everyReasonIsToldByWhoKnowsIt() {
        unsupported();
        state();
        memoryBelow();
        memory();
        routes();
        return rows.stream()
                .flatMap(row -> {
                    String name = "0x%08X, %s".formatted(row.code, row.what);
                    return Stream.of(
                            DynamicTest.dynamicTest(name, () -> alone(row)),
                            DynamicTest.dynamicTest(name + ", structure", () -> withStructure(row)),
                            DynamicTest.dynamicTest(name + ", routine", () -> withRoutine(row)));
                });
    }
}
