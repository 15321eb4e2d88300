package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The queues of registered I/O: how they are made, how much they take, how they end. */
class RioQueueTest extends RioContract {
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
    void dequeueWithBadArgumentsSaysCorrupt() {
        RioResult[] one = RioResult.array(1);
        RioCompletionQueue results = results(1);
        assertThat(RIO.RIODequeueCompletion.call(null, one, 1)).isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIODequeueCompletion.call(results, one, 2))
                .isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIODequeueCompletion.call(results, one, 1)).isZero();
    }

    @Test // a request counts until its result has been dequeued
    void fullRequestQueueTakesNoMore() throws Exception {
        RioCompletionQueue results = results(4);
        Link link = link(results, 2, 0);
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        assertThat(receive(link.queue(), part(1, 1), DEFER, 2)).isZero();
        assertThat(receive(link.queue(), part(2, 1), 0, 3)).isEqualTo(WinsockError.WSAENOBUFS);
        write(link.client(), "a");
        until("the result", () -> endsAt(link, 3));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(receive(link.queue(), part(2, 1), 0, 4)).isZero();
        assertThat(send(link.queue(), part(0, 1), 0, 5))
                .isZero(); // sends have a limit of their own
    }

    /** Refused as long as the result lies in the queue. */
    private boolean endsAt(Link link, long context) {
        assertThat(receive(link.queue(), part(2, 1), 0, context))
                .isEqualTo(WinsockError.WSAENOBUFS);
        return Objects.requireNonNull(link.socket().socket.pending).next
                == null; // the deferred one
    }

    @Test // the sizes of attached request queues must fit in; closesocket frees them
    void fullCompletionQueueTakesNoMoreSockets() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 1);
        Pair second = connected();
        assertThat(createQueue(second.server(), 1, 0, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAENOBUFS);
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        assertSucceeds(Winsock.closesocket(link.socket()));
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
        assertThat(send(link.queue(), text(0, "a"), 0, 1)).isZero();
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

    @Test
    void closingTheSocketEndsWhatIsOutstandingAsAborted() throws Exception {
        RioCompletionQueue results = results(16);
        Link link = link(results, 8, 6);
        for (int i = 0; i < 4; i++) {
            assertThat(receive(link.queue(), part(i, 1), i < 3 ? 0 : DEFER, i)).isZero();
        }
        assertThat(send(link.queue(), text(10, "never"), DEFER, 4)).isZero();
        assertSucceeds(Winsock.closesocket(link.socket()));
        List<Result> all = new ArrayList<>();
        until("five results", () -> all.addAll(poll(results, 8)) && all.size() == 5);
        for (int i = 0; i < 5; i++) {
            assertThat(all).contains(new Result(WinsockError.WSA_OPERATION_ABORTED, 0, 6, i));
        }
        assertThat(receive(link.queue(), part(0, 1), 0, 9)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(link.queue(), null, 0, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(drain(link.client())).isZero();
    }

    @Test // RIOCloseCompletionQueue: results are dropped silently
    void closedCompletionQueueDropsItsResults() throws Exception {
        CompletionPort port = port(0);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        RIO.RIOCloseCompletionQueue.call(results);
        RIO.RIOCloseCompletionQueue.call(results);
        RIO.RIOCloseCompletionQueue.call(Constants.RIO_INVALID_CQ);
        write(link.client(), "x");
        until("the end of the receive", () -> link.socket().socket.pending == null);
        assertEmpty(port);
        assertThat(RIO.RIODequeueCompletion.call(results, RioResult.array(1), 1))
                .isEqualTo(Constants.RIO_CORRUPT_CQ);
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(RIO.RIOResizeCompletionQueue.call(results, 9)).isFalse();
        assertThat(receive(link.queue(), part(0, 1), 0, 2)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(createQueue(connected().server(), 1, 1, results)).isNull();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }
}
