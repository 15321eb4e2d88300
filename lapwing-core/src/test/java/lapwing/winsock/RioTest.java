package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registered I/O. What R1 to R8 leave open follows Microsoft's pages, or is marked as a guess. */
class RioTest extends WinsockContract {
    private static final RioExtensionFunctionTable RIO =
            RioExtensionFunctionTable.load(
                    Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0));

    private static final int SIZE = 4096;
    private static final int DEFER = Constants.RIO_MSG_DEFER;
    private static final int COMMIT = Constants.RIO_MSG_COMMIT_ONLY;
    private static final int QUIET = Constants.RIO_MSG_DONT_NOTIFY;

    /** A registered buffer of 4 KiB for each test. */
    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);

    private final RioBufferId buffer = RIO.RIORegisterBuffer.call(memory, SIZE);

    /** What RIODequeueCompletion has told. */
    private record Result(int status, int bytes, long socket, long request) {}

    /** A connection: our side with a request queue, and the client. */
    private record Link(SocketHandle socket, RioRequestQueue queue, Socket client) {}

    // ---- what the cases share ----

    private SocketHandle registered(int family, int type) {
        int flags = Constants.WSA_FLAG_OVERLAPPED | Constants.WSA_FLAG_REGISTERED_IO;
        SocketHandle s = Winsock.WSASocket(family, type, 0, null, 0, flags);
        assertThat(s).isNotSameAs(SocketHandle.INVALID_SOCKET);
        closing(() -> Winsock.closesocket(s));
        return s;
    }

    /** A connected socket that can do Registered I/O, and its client. */
    private Pair connected() throws IOException {
        SocketHandle listener = registered(Constants.AF_INET, Constants.SOCK_STREAM);
        assertSucceeds(Winsock.bind(listener, loopback(0), Sockaddr.SIZE_V4));
        assertSucceeds(Winsock.listen(listener, 10));
        Socket client = client(listener);
        SocketHandle server = Winsock.accept(listener, null, null);
        assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
        assertSucceeds(Winsock.closesocket(listener));
        closing(() -> Winsock.closesocket(server));
        return new Pair(server, client);
    }

    private Link link(RioCompletionQueue results, int most, long context) throws IOException {
        Pair pair = connected();
        return new Link(pair.server(), queue(pair.server(), results, most, context), pair.client());
    }

    private static RioCompletionQueue results(int size) {
        return results(size, null);
    }

    private static RioCompletionQueue results(int size, RioNotificationCompletion notification) {
        RioCompletionQueue made = RIO.RIOCreateCompletionQueue.call(size, notification);
        assertThat(made).isNotNull();
        return Objects.requireNonNull(made);
    }

    private static RioRequestQueue queue(
            SocketHandle s, RioCompletionQueue results, int most, long context) {
        RioRequestQueue made =
                RIO.RIOCreateRequestQueue.call(s, most, 1, most, 1, results, results, context);
        assertThat(made).as(() -> WinsockError.nameOf(Winsock.WSAGetLastError())).isNotNull();
        return Objects.requireNonNull(made);
    }

    private RioBuf part(int offset, int length) {
        return new RioBuf(buffer, offset, length);
    }

    /** Writes text into the registered buffer. */
    private RioBuf text(int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
        return part(offset, bytes.length);
    }

    private String text(int offset, int length) {
        byte[] bytes = memory.asSlice(offset, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static int error(boolean ok) {
        return ok ? 0 : Winsock.WSAGetLastError();
    }

    private static int receive(RioRequestQueue queue, RioBuf data, int flags, long context) {
        return error(RIO.RIOReceive.call(queue, data, 1, flags, context));
    }

    private static int send(RioRequestQueue queue, RioBuf data, int flags, long context) {
        return error(RIO.RIOSend.call(queue, data, 1, flags, context));
    }

    private static List<Result> poll(RioCompletionQueue results, int most) {
        RioResult[] out = RioResult.array(most);
        int count = RIO.RIODequeueCompletion.call(results, out, most);
        List<Result> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RioResult r = out[i];
            list.add(new Result(r.Status, r.BytesTransferred, r.SocketContext, r.RequestContext));
        }
        return list;
    }

    private static Result next(RioCompletionQueue results) {
        List<Result> one = new ArrayList<>();
        until("a result", () -> one.addAll(poll(results, 1)));
        return one.get(0);
    }

    private static void assertEmpty(RioCompletionQueue results) {
        assertThat(poll(results, 8)).isEmpty();
    }

    private static boolean isSet(Event event) {
        return Kernel32.WaitForSingleObject(event, 0) == 0;
    }

    // ---- the table ----

    @Test // R1, I48
    void tableIsTheStructureOfTheHeader() {
        MemorySegment in = Arena.ofAuto().allocate(Guid.SIZE);
        MemorySegment out = Arena.ofAuto().allocate(200, 8).fill((byte) 0x5A);
        IntRef bytes = new IntRef();
        int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        Constants.WSAID_MULTIPLE_RIO.write(in);
        SocketHandle s = socket();
        assertSucceeds(Winsock.WSAIoctl(s, code, in, 16, out, 112, bytes, null, null));
        assertThat(bytes.value).isEqualTo(112).isEqualTo(RioExtensionFunctionTable.SIZE);
        assertThat(out.get(JAVA_INT_UNALIGNED, 0)).isEqualTo(112);
        assertThat(out.get(JAVA_BYTE, 112)).isEqualTo((byte) 0x5A);
        Set<Long> pointers = new LinkedHashSet<>();
        for (int i = 0; i < 13; i++) {
            pointers.add(out.get(JAVA_LONG_UNALIGNED, 8 + 8L * i));
        }
        assertThat(pointers).hasSize(13).doesNotContain(0L);
        long ninth = out.get(JAVA_LONG_UNALIGNED, 8 + 8 * 9);
        RioExtensionFunctionTable table = RioExtensionFunctionTable.read(out);
        assertThat(table.cbSize).isEqualTo(112);
        assertThat(table.RIONotify).isSameAs(Extension.at(ninth, RIONotify.class));
        assertThat(table.RIONotify).isSameAs(RIO.RIONotify);
    }

    @Test // R1, I48
    void tableThatDoesNotFitAndOtherTablesAreRefused() {
        MemorySegment in = Arena.ofAuto().allocate(Guid.SIZE);
        MemorySegment out = Arena.ofAuto().allocate(200, 8);
        IntRef bytes = new IntRef(7);
        int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        SocketHandle s = socket();
        Constants.WSAID_MULTIPLE_RIO.write(in);
        assertThat(Winsock.WSAIoctl(s, code, in, 16, out, 111, bytes, null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(bytes.value).isZero();
        Constants.WSAID_ACCEPTEX.write(in);
        assertThat(Winsock.WSAIoctl(s, code, in, 16, out, 112, bytes, null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertThatThrownBy(() -> RioExtensionFunctionTable.read(out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need 112");
    }

    // ---- transfer ----

    @ParameterizedTest // R6: polled, by event, by port, by a port that its waiter leads
    @ValueSource(strings = {"poll", "event", "port", "leader"})
    void echoesOverTcpInOrder(String how) throws Exception {
        Event event = Kernel32.CreateEvent(false, false);
        CompletionPort port = port(how.equals("leader") ? 1 : 0);
        Overlapped overlapped = new Overlapped();
        RioCompletionQueue results =
                switch (how) {
                    case "poll" -> results(8);
                    case "event" -> results(8, RioNotificationCompletion.event(event, true));
                    default -> results(8, RioNotificationCompletion.port(port, 77, overlapped));
                };
        Link link = link(results, 4, 5);
        if (how.equals("leader")) {
            lead(port);
        }
        for (int i = 0; i < 500; i++) {
            String text = "echo %04d".formatted(i);
            assertThat(receive(link.queue, part(100, 64), 0, i)).isZero();
            write(link.client, text);
            awaitResult(how, results, event, port, overlapped);
            assertThat(next(results)).isEqualTo(new Result(0, text.length(), 5, i));
            assertThat(text(100, text.length())).isEqualTo(text);
            assertThat(send(link.queue, part(100, text.length()), 0, -i)).isZero();
            awaitResult(how, results, event, port, overlapped);
            assertThat(next(results)).isEqualTo(new Result(0, text.length(), 5, -i));
            assertThat(read(link.client, text.length())).isEqualTo(text);
        }
        assertEmpty(results);
    }

    private static void awaitResult(
            String how,
            RioCompletionQueue results,
            Event event,
            CompletionPort port,
            Overlapped overlapped) {
        if (!how.equals("poll")) {
            assertThat(RIO.RIONotify.call(results)).isZero();
        }
        if (how.equals("event")) {
            assertThat(Kernel32.WaitForSingleObject(event, LIMIT)).isZero();
        } else if (!how.equals("poll")) {
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 77, overlapped));
        }
    }

    @Test // a leader that polls instead of waiting for its port must not wait for itself
    void leaderOfThePortMayPoll() throws Exception {
        CompletionPort port = port(1);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        lead(port);
        for (int i = 0; i < 200; i++) {
            assertThat(receive(link.queue, part(0, 8), 0, i)).isZero();
            assertThat(send(link.queue, text(16, "12345678"), 0, -1)).isZero();
            assertThat(next(results)).isEqualTo(new Result(0, 8, 0, -1));
            assertThat(read(link.client, 8)).isEqualTo("12345678");
            write(link.client, "87654321");
            assertThat(next(results)).isEqualTo(new Result(0, 8, 0, i));
        }
    }

    @Test // O26; several results are dequeued at once, oldest first
    void resultsOfSeveralRequestsAreDequeuedTogetherInOrder() throws Exception {
        RioCompletionQueue results = results(32);
        Link link = link(results, 16, Long.MIN_VALUE);
        for (int i = 0; i < 10; i++) {
            assertThat(receive(link.queue, part(i, 1), 0, i)).isZero();
        }
        assertEmpty(results);
        write(link.client, "0123456789");
        List<Result> all = new ArrayList<>();
        until("ten results", () -> all.addAll(poll(results, 4)) && all.size() == 10);
        for (int i = 0; i < 10; i++) {
            assertThat(all.get(i)).isEqualTo(new Result(0, 1, Long.MIN_VALUE, i));
        }
        assertThat(text(0, 10)).isEqualTo("0123456789");
    }

    @Test // R7
    void receiveThatWaitsForAllFillsItsPart() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue, part(0, 8), Constants.RIO_MSG_WAITALL, 1)).isZero();
        write(link.client, "1234");
        assertEmpty(results);
        write(link.client, "5678");
        assertThat(next(results)).isEqualTo(new Result(0, 8, 0, 1));
        assertThat(text(0, 8)).isEqualTo("12345678");
    }

    @Test
    void endOfTheStreamIsAResultOfNoBytes() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue, part(0, 8), 0, 1)).isZero();
        link.client.shutdownOutput();
        assertThat(next(results)).isEqualTo(new Result(0, 0, 0, 1));
    }

    @Test
    void resetIsTheStatusOfTheRequestUnderWay() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue, part(0, 8), 0, 1)).isZero();
        reset(link.client);
        assertThat(next(results)).isEqualTo(new Result(WinsockError.WSAECONNRESET, 0, 0, 1));
        assertThat(receive(link.queue, part(0, 8), 0, 2)).isEqualTo(WinsockError.WSAECONNRESET);
        assertEmpty(results);
    }

    @Test // the tcp addresses are those of the connection
    void exFunctionsTellTheAddressesOfAConnection() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        write(link.client, "x");
        assertThat(
                        RIO.RIOReceiveEx.call(
                                link.queue,
                                part(0, 8),
                                1,
                                part(64, 28),
                                part(128, 28),
                                part(192, 64),
                                part(256, 4),
                                0,
                                9))
                .isTrue();
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 9));
        assertThat(address(64).toInetSocketAddress())
                .isEqualTo(link.client.getRemoteSocketAddress());
        assertThat(address(128).toInetSocketAddress())
                .isEqualTo(link.client.getLocalSocketAddress());
        assertThat(memory.get(JAVA_INT_UNALIGNED, 192)).isZero();
        assertThat(memory.get(JAVA_INT_UNALIGNED, 256)).isZero();
    }

    private Sockaddr address(int offset) {
        Sockaddr address = new Sockaddr();
        address.read(memory.asSlice(offset), 28);
        return address;
    }

    // ---- datagrams ----

    private SocketHandle datagrams(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
            assertThat(probe.isBound()).isTrue();
        } catch (java.net.SocketException e) {
            assumeTrue(false, host + " is not there: " + e.getMessage());
        }
        Sockaddr any = Sockaddr.of(new InetSocketAddress(address, 0));
        SocketHandle s = registered(any.family(), Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, any, any.length()));
        return s;
    }

    @ParameterizedTest // SOCKADDR_INET in registered memory
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void echoesOverUdpWithAddressesInRegisteredMemory(String host) throws Exception {
        RioCompletionQueue results = results(64);
        SocketHandle left = datagrams(host);
        SocketHandle right = datagrams(host);
        RioRequestQueue leftQueue = queue(left, results, 8, 1);
        RioRequestQueue rightQueue = queue(right, results, 8, 2);
        for (int i = 0; i < 200; i++) {
            String text = "datagram %d".formatted(i);
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 64),
                                    1,
                                    part(64, 28),
                                    part(128, 28),
                                    null,
                                    null,
                                    QUIET,
                                    i))
                    .isTrue();
            name(right).write(memory.asSlice(192));
            assertThat(
                            RIO.RIOSendEx.call(
                                    leftQueue,
                                    text(256, text),
                                    1,
                                    null,
                                    part(192, 28),
                                    null,
                                    null,
                                    0,
                                    -1))
                    .isTrue();
            memory.asSlice(192, 28).fill((byte) -1); // the address was read at the call
            assertThat(List.of(next(results), next(results)))
                    .containsExactlyInAnyOrder(
                            new Result(0, text.length(), 1, -1),
                            new Result(0, text.length(), 2, i));
            assertThat(text(0, text.length())).isEqualTo(text);
            assertThat(address(64)).isEqualTo(name(right));
            assertThat(address(128)).isEqualTo(name(left));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,127.0.0.2", "::,::1"})
    void socketOfAllAddressesTellsWhichOneADatagramCameTo(String any, String host)
            throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams(host.equals("::1") ? host : "127.0.0.1");
        SocketHandle right = datagrams(any);
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        boolean started =
                RIO.RIOReceiveEx.call(
                        rightQueue, part(0, 8), 1, part(64, 28), null, part(512, 64), null, 0, 5);
        if (Engines.current().name().equals("selector")) {
            assertThat(error(started)).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            return;
        }
        assertThat(started).isTrue();
        int at = name(right).port();
        Sockaddr to = Sockaddr.of(new InetSocketAddress(InetAddress.getByName(host), at));
        to.write(memory.asSlice(128));
        assertThat(
                        RIO.RIOSendEx.call(
                                leftQueue,
                                text(256, "hi"),
                                1,
                                null,
                                part(128, 28),
                                null,
                                null,
                                0,
                                -1))
                .isTrue();
        assertThat(List.of(next(results), next(results))).contains(new Result(0, 2, 2, 5));
        assertThat(address(64)).isEqualTo(to);
        assertThat(memory.get(JAVA_INT_UNALIGNED, 512)).isZero(); // IP_PKTINFO was not asked for
    }

    @Test // M3, M5; RIO_CMSG_BUFFER: the total length, then the control data at byte 8
    void controlDataLiesBehindItsLength() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        MemorySegment on = MemorySegment.ofArray(new int[] {1});
        assertSucceeds(
                Winsock.setsockopt(right, Constants.IPPROTO_IP, Constants.IP_PKTINFO, on, 4));
        name(right).write(memory.asSlice(128));
        for (int room : new int[] {32, 31}) {
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 8),
                                    1,
                                    null,
                                    null,
                                    part(512, room),
                                    part(600, 4),
                                    0,
                                    5))
                    .isTrue();
            assertThat(
                            RIO.RIOSendEx.call(
                                    leftQueue,
                                    text(256, "hi"),
                                    1,
                                    null,
                                    part(128, 28),
                                    null,
                                    part(700, 4),
                                    0,
                                    -1))
                    .isTrue();
            boolean fits = room == 32;
            assertThat(List.of(next(results), next(results)))
                    .contains(new Result(fits ? 0 : WinsockError.WSAEMSGSIZE, 2, 2, 5));
            assertThat(memory.get(JAVA_INT_UNALIGNED, 512)).isEqualTo(fits ? 32 : 0);
            assertThat(memory.get(JAVA_INT_UNALIGNED, 600))
                    .isEqualTo(fits ? 0 : Constants.MSG_CTRUNC);
        }
        assertThat(memory.get(JAVA_LONG_UNALIGNED, 520)).isEqualTo(24);
        assertThat(memory.get(JAVA_INT_UNALIGNED, 532)).isEqualTo(Constants.IP_PKTINFO);
        assertThat(memory.asSlice(536, 4).toArray(JAVA_BYTE)).containsExactly(127, 0, 0, 1);
    }

    @Test
    void datagramLongerThanItsPartIsCutWithAnError() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        name(right).write(memory.asSlice(128));
        for (boolean early : new boolean[] {true, false}) {
            memory.fill((byte) 0);
            name(right).write(memory.asSlice(128));
            Result sent = new Result(0, 8, 1, -1);
            if (!early) {
                sendLong(leftQueue);
                assertThat(next(results)).isEqualTo(sent);
            }
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 4),
                                    1,
                                    null,
                                    part(64, 28),
                                    null,
                                    part(600, 4),
                                    0,
                                    5))
                    .isTrue();
            List<Result> expected = new ArrayList<>();
            expected.add(new Result(WinsockError.WSAEMSGSIZE, 4, 2, 5));
            if (early) {
                sendLong(leftQueue);
                expected.add(sent);
            }
            for (int due = expected.size(); due > 0; due--) {
                assertThat(expected.remove(next(results))).isTrue();
            }
            assertThat(text(0, 4)).isEqualTo("too ");
            assertThat(address(64)).isEqualTo(name(left));
            assertThat(memory.get(JAVA_INT_UNALIGNED, 600)).isEqualTo(Constants.MSG_TRUNC);
        }
    }

    private void sendLong(RioRequestQueue queue) {
        RioBuf data = text(256, "too long");
        assertThat(RIO.RIOSendEx.call(queue, data, 1, null, part(128, 28), null, null, 0, -1))
                .isTrue();
    }

    @Test // pData may be null for UDP; that the length is no error then is a guess
    void datagramsMayGoWithoutPayload() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        name(right).write(memory.asSlice(128));
        RioBuf to = part(128, 28);
        for (RioBuf data : new RioBuf[] {null, text(0, "payload")}) {
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue, null, 0, null, part(64, 28), null, null, 0, 5))
                    .isTrue();
            int count = data == null ? 0 : 1;
            assertThat(RIO.RIOSendEx.call(leftQueue, data, count, null, to, null, null, 0, -1))
                    .isTrue();
            int sent = data == null ? 0 : data.Length;
            assertThat(List.of(next(results), next(results)))
                    .containsExactlyInAnyOrder(new Result(0, sent, 1, -1), new Result(0, 0, 2, 5));
            assertThat(address(64)).isEqualTo(name(left));
        }
    }

    @Test
    void connectedDatagramSocketNeedsNoAddress() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = registered(Constants.AF_INET, Constants.SOCK_DGRAM);
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        assertThat(send(leftQueue, text(0, "hi"), 0, 0)).isEqualTo(WinsockError.WSAENOTCONN);
        assertThat(receive(leftQueue, part(0, 2), 0, 0)).isEqualTo(WinsockError.WSAEINVAL);
        Sockaddr to = name(right);
        assertSucceeds(Winsock.connect(left, to, to.length()));
        assertThat(send(leftQueue, text(0, "hi"), 0, 3)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 2, 1, 3));
        assertThat(receive(rightQueue, part(8, 8), 0, 4)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 2, 2, 4));
        assertThat(text(8, 2)).isEqualTo("hi");
    }

    // ---- notification ----

    @Test // R4, R6
    void eventIsSetOnceForEachNotify() throws Exception {
        Event event = Kernel32.CreateEvent(true, true);
        RioCompletionQueue results = results(8, RioNotificationCompletion.event(event, true));
        Link link = link(results, 4, 0);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(isSet(event)).isFalse(); // NotifyReset
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        assertThat(receive(link.queue, part(1, 1), 0, 2)).isZero();
        write(link.client, "ab");
        assertThat(Kernel32.WaitForSingleObject(event, LIMIT)).isZero();
        assertThat(next(results).request()).isEqualTo(1);
        until("the second result", () -> RIO.RIONotify.call(results) == 0 && isSet(event));
        assertThat(next(results).request()).isEqualTo(2);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(isSet(event)).isFalse();
    }

    @Test // R6: without NotifyReset the event is the program's
    void eventStaysSetIfNobodyResetsIt() throws Exception {
        Event event = Kernel32.CreateEvent(true, true);
        RioCompletionQueue results = results(8, RioNotificationCompletion.event(event, false));
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(isSet(event)).isTrue();
    }

    @Test // R6
    void portGetsOnePacketForEachNotify() throws Exception {
        CompletionPort port = port(0);
        Overlapped overlapped = new Overlapped();
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, -5, overlapped));
        Link link = link(results, 4, 0);
        assertThat(send(link.queue, text(0, "a"), 0, 1)).isZero();
        assertThat(read(link.client, 1)).isEqualTo("a");
        assertEmpty(port); // nobody has asked
        until("the result", () -> RIO.RIONotify.call(results) == 0);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, -5, overlapped));
        assertThat(RIO.RIONotify.call(results)).isZero(); // it is still there: fires at once
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, -5, overlapped));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertEmpty(port);
        assertThat(receive(link.queue, part(0, 1), 0, 2)).isZero();
        assertThat(receive(link.queue, part(1, 1), 0, 3)).isZero();
        write(link.client, "bc");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, -5, overlapped));
        assertThat(next(results).request()).isEqualTo(2);
        assertThat(next(results).request()).isEqualTo(3);
        assertEmpty(port);
    }

    @Test // R7
    void quietResultsNotifyNobody() throws Exception {
        CompletionPort port = port(0);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(send(link.queue, text(0, "a"), QUIET, 1)).isZero();
        assertThat(read(link.client, 1)).isEqualTo("a");
        assertThat(send(link.queue, text(0, "b"), QUIET, 2)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertEmpty(port);
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertThat(send(link.queue, text(0, "c"), 0, 3)).isZero();
        assertThat(next(port).key()).isEqualTo(1);
        assertThat(next(results).request()).isEqualTo(2);
        assertThat(next(results).request()).isEqualTo(3);
    }

    @Test // RIOCreateCompletionQueue without a structure: only polling; that it is this error, too
    void queueWithoutNotificationCannotNotify() {
        assertThat(RIO.RIONotify.call(results(1))).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(RIO.RIONotify.call(Constants.RIO_INVALID_CQ)) // R4
                .isEqualTo(WinsockError.WSAEINVAL);
    }

    // ---- deferred requests ----

    @Test // R7
    void deferredSendsGoOutWithTheCommit() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(send(link.queue, text(0, "a"), DEFER, 1)).isZero();
        assertThat(send(link.queue, text(1, "b"), DEFER, 2)).isZero();
        assertThat(receive(link.queue, part(100, 1), 0, 9)).isZero(); // commits receives only
        write(link.client, "!");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 9));
        assertEmpty(results);
        assertThat(link.client.getInputStream().available()).isZero();
        assertThat(error(RIO.RIOSend.call(link.queue, null, 0, COMMIT, 0))).isZero();
        assertThat(read(link.client, 2)).isEqualTo("ab");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 2));
        assertThat(error(RIO.RIOSend.call(link.queue, null, 0, COMMIT, 0))).isZero();
        assertEmpty(results);
    }

    @Test // R7
    void requestThatIsNotDeferredStartsThoseBeforeIt() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(send(link.queue, text(i, "" + i), DEFER, i)).isZero();
        }
        assertThat(send(link.queue, text(3, "3"), 0, 3)).isZero();
        assertThat(read(link.client, 4)).isEqualTo("0123");
        write(link.client, "4567");
        for (int i = 0; i < 4; i++) {
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, i));
            assertThat(receive(link.queue, part(i, 1), i < 3 ? DEFER : QUIET, i)).isZero();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, i));
        }
        assertThat(text(0, 4)).isEqualTo("4567");
    }

    @Test // R7: no other flag, no data, no context
    void commitTakesNothingElse() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        RioRequestQueue q = link.queue;
        RioBuf data = part(0, 1);
        assertThat(error(RIO.RIOSend.call(q, data, 1, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, null, 0, COMMIT | QUIET, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceive.call(q, null, 0, COMMIT, 1)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, null, 0, null, null, null, data, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceive.call(null, null, 0, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // refused only when it is its turn: the result tells
    void deferredRequestThatCannotStartEndsWithTheError() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(send(link.queue, text(0, "a"), DEFER, 1)).isZero();
        assertSucceeds(Winsock.shutdown(link.socket, Constants.SD_SEND));
        assertThat(error(RIO.RIOSend.call(link.queue, null, 0, COMMIT, 0))).isZero();
        assertThat(next(results)).isEqualTo(new Result(WinsockError.WSAESHUTDOWN, 0, 0, 1));
        assertThat(send(link.queue, text(0, "a"), 0, 2)).isEqualTo(WinsockError.WSAESHUTDOWN);
    }

    // ---- sizes ----

    @Test // a request counts until its result has been dequeued
    void fullRequestQueueTakesNoMore() throws Exception {
        RioCompletionQueue results = results(4);
        Link link = link(results, 2, 0);
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        assertThat(receive(link.queue, part(1, 1), DEFER, 2)).isZero();
        assertThat(receive(link.queue, part(2, 1), 0, 3)).isEqualTo(WinsockError.WSAENOBUFS);
        write(link.client, "a");
        until("the result", () -> endsAt(link, 3));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(receive(link.queue, part(2, 1), 0, 4)).isZero();
        assertThat(send(link.queue, part(0, 1), 0, 5)).isZero(); // sends have a limit of their own
    }

    /** Refused as long as the result lies in the queue. */
    private boolean endsAt(Link link, long context) {
        assertThat(receive(link.queue, part(2, 1), 0, context)).isEqualTo(WinsockError.WSAENOBUFS);
        return Objects.requireNonNull(link.socket.pending).next == null; // the deferred one
    }

    @Test // the sizes of attached request queues must fit in; closesocket frees them
    void fullCompletionQueueTakesNoMoreSockets() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 1);
        Pair second = connected();
        assertThat(createQueue(second.server(), 1, 0, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAENOBUFS);
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        assertSucceeds(Winsock.closesocket(link.socket));
        until("the room", () -> createQueue(second.server(), 7, 0, results) != null);
        Pair third = connected();
        assertThat(createQueue(third.server(), 1, 0, results)).isNull();
        assertThat(next(results))
                .isEqualTo(new Result(WinsockError.WSA_OPERATION_ABORTED, 0, 1, 1));
        assertThat(createQueue(third.server(), 1, 0, results)).isNotNull();
    }

    private static RioRequestQueue createQueue(
            SocketHandle s, int receives, int sends, RioCompletionQueue results) {
        return RIO.RIOCreateRequestQueue.call(s, receives, 1, sends, 1, results, results, 0);
    }

    @Test // RIOResizeCompletionQueue
    void completionQueueBecomesLargerAndSmaller() throws Exception {
        RioCompletionQueue results = results(4);
        Link link = link(results, 2, 0);
        assertThat(RIO.RIOResizeCompletionQueue.call(results, 3)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAETOOMANYREFS);
        assertThat(send(link.queue, text(0, "a"), 0, 1)).isZero();
        assertThat(RIO.RIOResizeCompletionQueue.call(results, 5)).isTrue();
        Pair second = connected();
        assertThat(createQueue(second.server(), 0, 1, results)).isNotNull();
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1)); // kept
        for (int size : new int[] {0, -1, Constants.RIO_MAX_CQ_SIZE + 1}) {
            assertThat(RIO.RIOResizeCompletionQueue.call(results, size)).isFalse();
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        }
        assertThat(RIO.RIOResizeCompletionQueue.call(null, 4)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // RIOResizeRequestQueue
    void requestQueueBecomesLargerAndSmaller() throws Exception {
        RioCompletionQueue in = results(3);
        RioCompletionQueue out = results(2);
        Pair pair = connected();
        RioRequestQueue q = RIO.RIOCreateRequestQueue.call(pair.server(), 2, 1, 1, 1, in, out, 0);
        assertThat(receive(q, part(0, 1), 0, 1)).isZero();
        assertThat(receive(q, part(1, 1), 0, 2)).isZero();
        assertThat(resize(q, 1, 1)).isEqualTo(WinsockError.WSAETOOMANYREFS);
        assertThat(resize(q, 3, 3)).isEqualTo(WinsockError.WSAENOBUFS); // and nothing has changed
        assertThat(receive(q, part(2, 1), 0, 3)).isEqualTo(WinsockError.WSAENOBUFS);
        assertThat(resize(q, 3, 2)).isZero();
        assertThat(receive(q, part(2, 1), 0, 3)).isZero();
        write(pair.client(), "abc");
        for (int i = 1; i <= 3; i++) {
            assertThat(next(in)).isEqualTo(new Result(0, 1, 0, i));
        }
        assertThat(resize(q, 0, 2)).isZero();
        assertThat(receive(q, part(2, 1), 0, 3)).isEqualTo(WinsockError.WSAENOBUFS);
        assertThat(RIO.RIOResizeCompletionQueue.call(in, 1)).isTrue(); // the room is free again
        assertThat(resize(q, 0, 0)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(resize(null, 1, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertSucceeds(Winsock.closesocket(pair.server()));
        assertThat(resize(q, 1, 1)).isEqualTo(WinsockError.WSAEINVAL);
    }

    private static int resize(RioRequestQueue queue, int receives, int sends) {
        return error(RIO.RIOResizeRequestQueue.call(queue, receives, sends));
    }

    @Test // both limits move at once, in a completion queue that is full before and after
    void limitsMayBeSwappedInAFullQueue() throws Exception {
        RioCompletionQueue results = results(4);
        Pair pair = connected();
        RioRequestQueue q = createQueue(pair.server(), 1, 3, results);
        assertThat(resize(q, 3, 1)).isZero();
        assertThat(resize(q, 3, 2)).isEqualTo(WinsockError.WSAENOBUFS);
    }

    // ---- ends ----

    @Test
    void closingTheSocketEndsWhatIsOutstandingAsAborted() throws Exception {
        RioCompletionQueue results = results(16);
        Link link = link(results, 8, 6);
        for (int i = 0; i < 4; i++) {
            assertThat(receive(link.queue, part(i, 1), i < 3 ? 0 : DEFER, i)).isZero();
        }
        assertThat(send(link.queue, text(10, "never"), DEFER, 4)).isZero();
        assertSucceeds(Winsock.closesocket(link.socket));
        List<Result> all = new ArrayList<>();
        until("five results", () -> all.addAll(poll(results, 8)) && all.size() == 5);
        for (int i = 0; i < 5; i++) {
            assertThat(all).contains(new Result(WinsockError.WSA_OPERATION_ABORTED, 0, 6, i));
        }
        assertThat(receive(link.queue, part(0, 1), 0, 9)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(link.queue, null, 0, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(drain(link.client)).isZero();
    }

    @Test
    void cancelledRequestsEndAsAbortedAndTheSocketGoesOn() throws Exception {
        RioCompletionQueue results = results(16);
        Link link = link(results, 8, 0);
        for (int round = 0; round < 20; round++) {
            assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
            assertThat(receive(link.queue, part(1, 1), 0, 2)).isZero();
            assertThat(receive(link.queue, part(2, 1), DEFER, 3)).isZero();
            assertThat(Kernel32.CancelIoEx(link.socket, null)).isTrue();
            List<Result> all = new ArrayList<>();
            until("three results", () -> all.addAll(poll(results, 8)) && all.size() == 3);
            for (int i = 1; i <= 3; i++) {
                assertThat(all).contains(new Result(WinsockError.WSA_OPERATION_ABORTED, 0, 0, i));
            }
            write(link.client, "x");
            assertThat(receive(link.queue, part(0, 1), 0, 4)).isZero();
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 4));
        }
    }

    @Test // RIOCloseCompletionQueue: results are dropped silently
    void closedCompletionQueueDropsItsResults() throws Exception {
        CompletionPort port = port(0);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        RIO.RIOCloseCompletionQueue.call(results);
        RIO.RIOCloseCompletionQueue.call(results);
        RIO.RIOCloseCompletionQueue.call(Constants.RIO_INVALID_CQ);
        write(link.client, "x");
        until("the end of the receive", () -> link.socket.pending == null);
        assertEmpty(port);
        assertThat(RIO.RIODequeueCompletion.call(results, RioResult.array(1), 1))
                .isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(RIO.RIOResizeCompletionQueue.call(results, 9)).isFalse();
        assertThat(receive(link.queue, part(0, 1), 0, 2)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(createQueue(connected().server(), 1, 1, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test
    void closedPortGetsNoPacketAndTheSocketStillWorks() throws Exception {
        CompletionPort port = port(1);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        assertThat(Kernel32.CloseHandle(port)).isTrue();
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        write(link.client, "x");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
    }

    // ---- misuse ----

    @Test // R2
    void socketWithoutTheFlagHasNoRequestQueue() {
        RioCompletionQueue results = results(8);
        assertThat(createQueue(socket(), 1, 1, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEOPNOTSUPP);
        assertThat(createQueue(SocketHandle.INVALID_SOCKET, 1, 1, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAENOTSOCK);
    }

    @ParameterizedTest
    @CsvSource({"0,1,0,1,true", "1,2,1,1,true", "1,1,1,0,true", "1,1,1,1,false"})
    void requestQueueWithBadArgumentsIsRefused(
            int receives, int receiveBuffers, int sends, int sendBuffers, boolean there) {
        SocketHandle s = registered(Constants.AF_INET, Constants.SOCK_STREAM);
        RioCompletionQueue results = results(8);
        assertThat(
                        RIO.RIOCreateRequestQueue.call(
                                s,
                                receives,
                                receiveBuffers,
                                sends,
                                sendBuffers,
                                there ? results : null,
                                results,
                                0))
                .isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // a second one is a guess
    void socketHasOneRequestQueueAndNeedNotBeConnectedForIt() {
        SocketHandle s = registered(Constants.AF_INET, Constants.SOCK_STREAM);
        RioCompletionQueue results = results(8);
        RioRequestQueue q = createQueue(s, 1, 1, results);
        assertThat(q).isNotNull().isNotSameAs(Constants.RIO_INVALID_RQ);
        assertThat(createQueue(s, 1, 1, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(receive(q, part(0, 1), 0, 1)).isEqualTo(WinsockError.WSAENOTCONN);
        assertThat(send(q, part(0, 1), 0, 1)).isEqualTo(WinsockError.WSAENOTCONN);
    }

    @Test
    void completionQueueWithBadArgumentsIsRefused() {
        Event event = Kernel32.CreateEvent(false, false);
        for (int size : new int[] {0, -1, Constants.RIO_MAX_CQ_SIZE + 1}) {
            assertThat(RIO.RIOCreateCompletionQueue.call(size, null))
                    .isSameAs(Constants.RIO_INVALID_CQ);
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        }
        RioNotificationCompletion withoutPort =
                RioNotificationCompletion.port(port(0), 1, new Overlapped());
        withoutPort.IocpHandle = null;
        RioNotificationCompletion withoutStructure =
                RioNotificationCompletion.port(port(0), 1, new Overlapped());
        withoutStructure.Overlapped = null;
        RioNotificationCompletion ofNoType = RioNotificationCompletion.event(event, true);
        ofNoType.Type = 3;
        RioNotificationCompletion withoutEvent = RioNotificationCompletion.event(event, true);
        withoutEvent.EventHandle = null;
        for (RioNotificationCompletion bad :
                List.of(withoutPort, withoutStructure, ofNoType, withoutEvent)) {
            assertThat(RIO.RIOCreateCompletionQueue.call(1, bad)).isNull();
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        }
        assertThat(RIO.RIOCreateCompletionQueue.call(Constants.RIO_MAX_CQ_SIZE, null))
                .isNotNull(); // takes memory as it is filled
    }

    @Test
    void buffersAreCheckedWhenTheyAreRegistered() {
        assertThat(RIO.RIORegisterBuffer.call(memory, 0)).isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(RIO.RIORegisterBuffer.call(null, 1)).isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(RIO.RIORegisterBuffer.call(memory, SIZE + 1))
                .isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(RIO.RIORegisterBuffer.call(MemorySegment.ofArray(new byte[8]), 8))
                .isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        try (Arena closable = Arena.ofConfined()) {
            MemorySegment lent = closable.allocate(8);
            assertThatThrownBy(() -> RIO.RIORegisterBuffer.call(lent, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("its arena can be closed");
        }
    }

    @Test
    void partsOutsideTheBufferAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = link(results, 4, 0).queue;
        assertThat(send(q, part(SIZE - 1, 2), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, part(-1, 1), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, part(0, -1), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, new RioBuf(), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, part(0, 1), 0, 0, 1)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, null, 0, 0, 1))).isEqualTo(WinsockError.WSAEINVAL);
        RIO.RIODeregisterBuffer.call(Constants.RIO_INVALID_BUFFERID);
        assertThat(send(q, part(SIZE - 1, 1), 0, 1)).isZero();
    }

    @Test
    void deregisteredBufferIsRefusedAndRequestsUnderWayEndAsUsual() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue, part(0, 1), 0, 1)).isZero();
        RIO.RIODeregisterBuffer.call(buffer);
        RIO.RIODeregisterBuffer.call(buffer);
        assertThat(receive(link.queue, part(0, 1), 0, 2)).isEqualTo(WinsockError.WSAEFAULT);
        write(link.client, "x");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(text(0, 1)).isEqualTo("x");
    }

    @Test // R7: flags of another call; that WAITALL for datagrams is this error is a guess
    void unknownFlagsAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = link(results, 2, 0).queue;
        RioRequestQueue udp = queue(datagrams("127.0.0.1"), results, 2, 0);
        RioBuf data = part(0, 1);
        assertThat(send(q, data, Constants.RIO_MSG_WAITALL, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(receive(q, data, 16, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(receive(udp, data, Constants.RIO_MSG_WAITALL, 1))
                .isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // SOCKADDR_INET has 28 bytes
    void addressesOfTheWrongSizeOrFamilyAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = queue(datagrams("127.0.0.1"), results, 2, 0);
        RioBuf data = part(0, 1);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, part(64, 27), null, null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, null, part(64, 16), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, null, null, null, part(0, 3), 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 16), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, part(64, 28), null, null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 28), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEAFNOSUPPORT); // no address there
        for (Sockaddr nobody :
                new Sockaddr[] {Sockaddr.of(0, 9), Sockaddr.of(Constants.INADDR_LOOPBACK, 0)}) {
            nobody.write(memory.asSlice(64));
            assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 28), null, null, 0, 0)))
                    .isEqualTo(WinsockError.WSAEADDRNOTAVAIL); // DOC error 10049
        }
        assertEmpty(results);
    }

    @Test
    void dequeueWithBadArgumentsSaysCorrupt() {
        RioResult[] one = RioResult.array(1);
        RioCompletionQueue results = results(1);
        assertThat(RIO.RIODequeueCompletion.call(null, one, 1)).isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIODequeueCompletion.call(results, one, 2))
                .isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIODequeueCompletion.call(results, one, 1)).isZero();
    }

    // ---- many ----

    @Test // R8 asks for one thread at a time; here it need not
    void threadsMayShareQueues() throws Exception {
        int connections = 4;
        int rounds = LONG ? 20_000 : 1_000;
        CompletionPort port = port(0);
        RioCompletionQueue results =
                results(2 * connections, RioNotificationCompletion.port(port, 1, new Overlapped()));
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Link link = link(results, 1, i);
            links.add(link);
            assertThat(receive(link.queue, part(i * 8, 8), 0, 0)).isZero();
        }
        assertThat(RIO.RIONotify.call(results)).isZero();
        for (int t = 0; t < 2; t++) {
            onThread(() -> serve(port, results, links));
        }
        List<Worker<Boolean>> clients = new ArrayList<>();
        for (Link link : links) {
            clients.add(onThread(() -> talk(link.client, rounds)));
        }
        for (Worker<Boolean> client : clients) {
            assertThat(client.result()).isTrue();
        }
        post(port, 2);
        post(port, 2);
    }

    private static boolean talk(Socket client, int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            String text = "%08d".formatted(i);
            write(client, text);
            assertThat(read(client, 8)).isEqualTo(text);
        }
        return true;
    }

    /** Echoes until a packet with another key comes. */
    private boolean serve(CompletionPort port, RioCompletionQueue results, List<Link> links) {
        RioResult[] out = RioResult.array(3);
        while (next(port).key() == 1) {
            int count = RIO.RIODequeueCompletion.call(results, out, 3);
            assertThat(RIO.RIONotify.call(results)).isZero();
            for (int i = 0; i < count; i++) {
                int which = (int) out[i].SocketContext;
                RioRequestQueue queue = links.get(which).queue;
                RioBuf data = part(which * 8, 8);
                boolean sent = out[i].RequestContext == 1;
                assertThat(out[i].Status).isZero();
                assertThat(out[i].BytesTransferred).isEqualTo(8);
                assertThat(
                                sent
                                        ? receive(queue, data, Constants.RIO_MSG_WAITALL, 0)
                                        : send(queue, data, 0, 1))
                        .isZero();
            }
        }
        return true;
    }
}
