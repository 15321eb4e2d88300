package lapwing.winsock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.stress.Meeting;
import lapwing.stress.Patience;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * CancelIoEx against the end and the start of the same operation, with an engine and its kernel.
 */
public final class CancelStress {
    private CancelStress() {}

    /** A datagram socket that sends to itself; one for all states, which use it in turn. */
    private static final class Loopback {
        private static final SocketHandle SOCKET =
                Winsock.socket(Constants.AF_INET, Constants.SOCK_DGRAM, Constants.IPPROTO_UDP);
        private static final Sockaddr NAME = Sockaddr.of(Constants.INADDR_LOOPBACK, 0);
        private static final MemorySegment BYTE = Arena.global().allocate(1);

        static {
            require(Winsock.bind(SOCKET, NAME));
            require(Winsock.getsockname(SOCKET, NAME, new IntRef(NAME.length())));
            require(Winsock.ioctlsocket(SOCKET, Constants.FIONBIO, new IntRef(1)));
        }

        private Loopback() {}

        private static void require(int result) {
            if (result != 0) {
                throw new AssertionError(WinsockError.nameOf(Winsock.WSAGetLastError()));
            }
        }

        static void send() {
            if (Winsock.sendto(SOCKET, BYTE, 1, 0, NAME, NAME.length()) != 1) {
                throw new AssertionError(WinsockError.nameOf(Winsock.WSAGetLastError()));
            }
        }

        static boolean isThereADatagram() {
            return Winsock.recv(SOCKET, BYTE, 1, 0) == 1;
        }
    }

    /** A receive, of one state. */
    private static final class Receive {
        private final Overlapped overlapped = new Overlapped();
        private final WsaBuf[] buffers = {new WsaBuf(Loopback.BYTE)};
        final Meeting meeting = new Meeting();

        void start() {
            Winsock.WSARecvFrom(
                    Loopback.SOCKET, buffers, 1, null, new IntRef(), null, null, overlapped, null);
        }

        boolean isCancelled() {
            return Kernel32.CancelIoEx(Loopback.SOCKET, overlapped);
        }

        /** Waits for the end. */
        String end() {
            Patience patience = new Patience();
            try {
                overlapped.await(patience.deadline());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return NtStatus.statusName(overlapped.status()) + ", " + patience.outcome();
        }
    }

    /** The datagram that the receive waits for comes. */
    @JCStressTest
    @Outcome(
            id = "STATUS_SUCCESS, woken, none left",
            expect = ACCEPTABLE,
            desc = "the datagram was first")
    @Outcome(
            id = "STATUS_CANCELLED, woken, one left",
            expect = ACCEPTABLE,
            desc = "the cancel was first, the datagram is still there")
    @Outcome(expect = FORBIDDEN, desc = "no end, or a datagram that is lost")
    @State
    public static class End {
        private final Receive receive = new Receive();

        @Actor
        public void program(L_Result r) {
            receive.start();
            receive.meeting.meet();
            receive.isCancelled();
            receive.meeting.meet();
            r.r1 = receive.end() + (Loopback.isThereADatagram() ? ", one left" : ", none left");
        }

        @Actor
        public void peer() {
            receive.meeting.meet();
            Loopback.send();
            receive.meeting.meet();
        }
    }

    /** Another thread has just started the receive, for which nothing comes. */
    @JCStressTest
    @Outcome(id = "STATUS_CANCELLED, woken", expect = ACCEPTABLE, desc = "it has ended")
    @Outcome(expect = FORBIDDEN, desc = "no end")
    @State
    public static class Start {
        private final Receive receive = new Receive();

        @Actor
        public void program(L_Result r) {
            receive.meeting.meet();
            receive.start();
            r.r1 = receive.end();
            receive.meeting.meet();
        }

        @Actor
        public void other() {
            receive.meeting.meet();
            while (!receive.isCancelled()) {
                Thread.onSpinWait();
            }
            receive.meeting.meet();
        }
    }
}
