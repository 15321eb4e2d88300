package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** O34: what the end of a thread cancels. */
class ThreadEndTest extends WinsockContract {
    private static final int WHILE = 200;

    private void start(boolean virtual, SocketHandle s, Io io) throws Exception {
        Worker<Integer> starter = onThread(virtual, () -> receive(s, io));
        assertPends(starter.result());
        starter.thread.join();
    }

    private SocketHandle datagrams() {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, loopback(0), Sockaddr.SIZE_V4));
        return s;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestWithoutPortEndsWithItsThread(boolean virtual) throws Exception {
        SocketHandle s = datagrams();
        for (int i = 0; i < 20; i++) {
            Io io = new Io(10);
            start(virtual, s, io);
            until("ended", io::hasCompleted);
            assertThat(io.internal()).isEqualTo(NtStatus.STATUS_CANCELLED);
        }
    }

    @Test
    void requestsOfOtherThreadsGoOn() throws Exception {
        SocketHandle s = datagrams();
        Io ours = new Io(10);
        Io theirs = new Io(10);
        assertPends(receive(s, ours));
        start(false, s, theirs);
        until("ended", theirs::hasCompleted);
        assertThat(ours.hasCompleted()).isFalse();
    }

    @Test
    void threadThatLivesKeepsItsRequests() throws Exception {
        SocketHandle s = datagrams();
        Io io = new Io(10);
        CountDownLatch goOn = new CountDownLatch(1);
        Worker<Integer> starter =
                onThread(() -> {
                    int error = receive(s, io);
                    goOn.await();
                    return error;
                });
        until("begun", () -> io.internal() == NtStatus.STATUS_PENDING);
        Thread.sleep(WHILE); // nothing must happen
        assertThat(io.hasCompleted()).isFalse();
        goOn.countDown();
        assertPends(starter.result());
        until("ended", io::hasCompleted);
    }

    @Test // what a send has been given is not taken back, as with a closed socket
    void smallSendsOfAThreadThatEndsAreSent() throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port, 1);
        List<Io> sends = List.of(new Io("one"), new Io("two"), new Io("end"));
        sends.forEach(io -> io.hEvent = Winsock.WSACreateEvent());
        Worker<Integer> starter =
                onThread(() -> {
                    lead(port); // so that they go in a batch, which the thread does not live to see
                    sends.forEach(io -> assertStarts(send(pair.server(), io)));
                    return 0;
                });
        starter.result();
        starter.thread.join();
        for (Io io : sends) {
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 3, 1, io));
        }
        assertThat(read(pair.client(), 9)).isEqualTo("onetwoend");
    }

    @Test
    void portSavesARequestUnlessItHasAnEvent() throws Exception {
        CompletionPort port = port(0);
        SocketHandle s = datagrams();
        associate(s, port, 6);
        Io saved = new Io(10);
        Io own = new Io(10);
        own.hEvent = Winsock.WSACreateEvent();
        start(false, s, saved);
        start(false, s, own);
        Packet packet = next(port);
        assertThat(packet.overlapped()).isSameAs(own);
        assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
        assertThat(saved.hasCompleted()).isFalse();
    }
}
