package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receives and sends of registered I/O over connections. */
class RioTransferTest extends RioContract {
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
            assertThat(receive(link.queue(), part(100, 64), 0, i)).isZero();
            write(link.client(), text);
            awaitResult(how, results, event, port, overlapped);
            assertThat(next(results)).isEqualTo(new Result(0, text.length(), 5, i));
            assertThat(text(100, text.length())).isEqualTo(text);
            assertThat(send(link.queue(), part(100, text.length()), 0, -i)).isZero();
            awaitResult(how, results, event, port, overlapped);
            assertThat(next(results)).isEqualTo(new Result(0, text.length(), 5, -i));
            assertThat(read(link.client(), text.length())).isEqualTo(text);
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
            assertThat(receive(link.queue(), part(0, 8), 0, i)).isZero();
            assertThat(send(link.queue(), text(16, "12345678"), 0, -1)).isZero();
            assertThat(next(results)).isEqualTo(new Result(0, 8, 0, -1));
            assertThat(read(link.client(), 8)).isEqualTo("12345678");
            write(link.client(), "87654321");
            assertThat(next(results)).isEqualTo(new Result(0, 8, 0, i));
        }
    }

    @Test // O26; several results are dequeued at once, oldest first
    void resultsOfSeveralRequestsAreDequeuedTogetherInOrder() throws Exception {
        RioCompletionQueue results = results(32);
        Link link = link(results, 16, Long.MIN_VALUE);
        for (int i = 0; i < 10; i++) {
            assertThat(receive(link.queue(), part(i, 1), 0, i)).isZero();
        }
        assertEmpty(results);
        write(link.client(), "0123456789");
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
        assertThat(receive(link.queue(), part(0, 8), Constants.RIO_MSG_WAITALL, 1)).isZero();
        write(link.client(), "1234");
        assertEmpty(results);
        write(link.client(), "5678");
        assertThat(next(results)).isEqualTo(new Result(0, 8, 0, 1));
        assertThat(text(0, 8)).isEqualTo("12345678");
    }

    @Test
    void endOfTheStreamIsAResultOfNoBytes() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue(), part(0, 8), 0, 1)).isZero();
        link.client().shutdownOutput();
        assertThat(next(results)).isEqualTo(new Result(0, 0, 0, 1));
    }

    @Test
    void resetIsTheStatusOfTheRequestUnderWay() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue(), part(0, 8), 0, 1)).isZero();
        reset(link.client());
        assertThat(next(results)).isEqualTo(new Result(WinsockError.WSAECONNRESET, 0, 0, 1));
        assertThat(receive(link.queue(), part(0, 8), 0, 2)).isEqualTo(WinsockError.WSAECONNRESET);
        assertEmpty(results);
    }

    @Test // the tcp addresses are those of the connection
    void exFunctionsTellTheAddressesOfAConnection() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        write(link.client(), "x");
        assertThat(
                        RIO.RIOReceiveEx.call(
                                link.queue(),
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
                .isEqualTo(link.client().getRemoteSocketAddress());
        assertThat(address(128).toInetSocketAddress())
                .isEqualTo(link.client().getLocalSocketAddress());
        assertThat(memory.get(JAVA_INT_UNALIGNED, 192)).isZero();
        assertThat(memory.get(JAVA_INT_UNALIGNED, 256)).isZero();
    }

    @Test // R7: flags of another call; that WAITALL for datagrams is this error is a guess
    void unknownFlagsAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = link(results, 2, 0).queue();
        RioRequestQueue udp = queue(datagrams("127.0.0.1"), results, 2, 0);
        RioBuf data = part(0, 1);
        assertThat(send(q, data, Constants.RIO_MSG_WAITALL, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(receive(q, data, 16, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(receive(udp, data, Constants.RIO_MSG_WAITALL, 1))
                .isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test
    void cancelledRequestsEndAsAbortedAndTheSocketGoesOn() throws Exception {
        RioCompletionQueue results = results(16);
        Link link = link(results, 8, 0);
        for (int round = 0; round < 20; round++) {
            assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
            assertThat(receive(link.queue(), part(1, 1), 0, 2)).isZero();
            assertThat(receive(link.queue(), part(2, 1), DEFER, 3)).isZero();
            assertThat(Kernel32.CancelIoEx(link.socket(), null)).isTrue();
            List<Result> all = new ArrayList<>();
            until("three results", () -> all.addAll(poll(results, 8)) && all.size() == 3);
            for (int i = 1; i <= 3; i++) {
                assertThat(all).contains(new Result(WinsockError.WSA_OPERATION_ABORTED, 0, 0, i));
            }
            write(link.client(), "x");
            assertThat(receive(link.queue(), part(0, 1), 0, 4)).isZero();
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 4));
        }
    }

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
            assertThat(receive(link.queue(), part(i * 8, 8), 0, 0)).isZero();
        }
        assertThat(RIO.RIONotify.call(results)).isZero();
        for (int t = 0; t < 2; t++) {
            onThread(() -> serve(port, results, links));
        }
        List<Worker<Boolean>> clients = new ArrayList<>();
        for (Link link : links) {
            clients.add(onThread(() -> talk(link.client(), rounds)));
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
                RioRequestQueue queue = links.get(which).queue();
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
