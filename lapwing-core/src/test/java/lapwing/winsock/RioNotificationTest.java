package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a completion queue of registered I/O tells that it has results. */
class RioNotificationTest extends RioContract {
    @Test // R4, R6
    void eventIsSetOnceForEachNotify() throws Exception {
        Event event = Kernel32.CreateEvent(true, true);
        RioCompletionQueue results = results(8, RioNotificationCompletion.event(event, true));
        Link link = link(results, 4, 0);
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(isSet(event)).isFalse(); // NotifyReset
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        assertThat(receive(link.queue(), part(1, 1), 0, 2)).isZero();
        write(link.client(), "ab");
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

    private static boolean isSet(Event event) {
        return Kernel32.WaitForSingleObject(event, 0) == 0;
    }

    @Test // R6
    void portGetsOnePacketForEachNotify() throws Exception {
        CompletionPort port = port(0);
        Overlapped overlapped = new Overlapped();
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, -5, overlapped));
        Link link = link(results, 4, 0);
        assertThat(send(link.queue(), text(0, "a"), 0, 1)).isZero();
        assertThat(read(link.client(), 1)).isEqualTo("a");
        assertEmpty(port); // nobody has asked
        until("the result", () -> RIO.RIONotify.call(results) == 0);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, -5, overlapped));
        assertThat(RIO.RIONotify.call(results)).isZero(); // it is still there: fires at once
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, -5, overlapped));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertEmpty(port);
        assertThat(receive(link.queue(), part(0, 1), 0, 2)).isZero();
        assertThat(receive(link.queue(), part(1, 1), 0, 3)).isZero();
        write(link.client(), "bc");
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
        assertThat(send(link.queue(), text(0, "a"), QUIET, 1)).isZero();
        assertThat(read(link.client(), 1)).isEqualTo("a");
        assertThat(send(link.queue(), text(0, "b"), QUIET, 2)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertEmpty(port);
        assertThat(RIO.RIONotify.call(results)).isEqualTo(WinsockError.WSAEALREADY);
        assertThat(send(link.queue(), text(0, "c"), 0, 3)).isZero();
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

    @Test
    void closedPortGetsNoPacketAndTheSocketStillWorks() throws Exception {
        CompletionPort port = port(1);
        RioCompletionQueue results =
                results(8, RioNotificationCompletion.port(port, 1, new Overlapped()));
        Link link = link(results, 4, 0);
        assertThat(Kernel32.CloseHandle(port)).isTrue();
        assertThat(RIO.RIONotify.call(results)).isZero();
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        write(link.client(), "x");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
    }
}
