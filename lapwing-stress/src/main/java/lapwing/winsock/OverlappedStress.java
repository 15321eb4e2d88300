package lapwing.winsock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapwing.socket.Socket;
import lapwing.stress.Meeting;
import lapwing.stress.Patience;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The end of an operation, against those that look at it and those that wait for it. */
public final class OverlappedStress {
    private static final int BYTES = 7;

    private OverlappedStress() {}

    private static Overlapped pending() {
        Overlapped overlapped = new Overlapped();
        overlapped.begin();
        return overlapped;
    }

    /** HasOverlappedIoCompleted. */
    @JCStressTest
    @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "it is under way")
    @Outcome(id = "false, 7", expect = ACCEPTABLE, desc = "it has just ended")
    @Outcome(id = "true, 7", expect = ACCEPTABLE, desc = "it has ended")
    @Outcome(id = "true, 0", expect = FORBIDDEN, desc = "it has ended, the outcome cannot be seen")
    @State
    public static class Look {
        private final Overlapped overlapped = pending();

        @Actor
        public void engine() {
            overlapped.finish(NtStatus.STATUS_SUCCESS, BYTES, null);
        }

        @Actor
        public void program(ZJ_Result r) {
            r.r1 = overlapped.hasCompleted();
            r.r2 = overlapped.internalHigh();
        }
    }

    /** GetOverlappedResult with bWait. */
    @JCStressTest
    @Outcome(id = "7 bytes, woken", expect = ACCEPTABLE, desc = "the wait is over")
    @Outcome(expect = FORBIDDEN, desc = "it sleeps on, or the outcome cannot be seen")
    @State
    public static class Await {
        private final Overlapped overlapped = pending();
        private final Meeting meeting = new Meeting();

        @Actor
        public void engine() {
            meeting.meet();
            overlapped.finish(NtStatus.STATUS_SUCCESS, BYTES, null);
        }

        @Actor
        public void program(L_Result r) {
            meeting.meet();
            Patience patience = new Patience();
            r.r1 = outcome(ends(patience.deadline()), overlapped, patience);
        }

        private boolean ends(long deadline) {
            try {
                return overlapped.await(deadline);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** WaitForSingleObject on hEvent. */
    @JCStressTest
    @Outcome(id = "7 bytes, woken", expect = ACCEPTABLE, desc = "the wait is over")
    @Outcome(expect = FORBIDDEN, desc = "it sleeps on, or the outcome cannot be seen")
    @State
    public static class AwaitEvent {
        private final Event event = new Event(false, false);
        private final Overlapped overlapped = pending();
        private final Meeting meeting = new Meeting();

        @Actor
        public void engine() {
            meeting.meet();
            overlapped.finish(NtStatus.STATUS_SUCCESS, BYTES, event);
        }

        @Actor
        public void program(L_Result r) {
            meeting.meet();
            Patience patience = new Patience();
            int index = Kernel32.WaitForSingleObject(event, patience.millis());
            r.r1 = outcome(index == Constants.WAIT_OBJECT_0, overlapped, patience);
        }
    }

    private static String outcome(boolean ended, Overlapped overlapped, Patience patience) {
        return (ended ? overlapped.internalHigh() + " bytes, " : "no end, ") + patience.outcome();
    }

    /** An operation under way on a socket with a port. */
    private static final class Started {
        private final Socket socket = new Socket(false, true, true);
        private final CompletionPort port = new CompletionPort(-1);
        private final Overlapped overlapped = new Overlapped();
        private final OverlappedRequest request = new OverlappedRequest(overlapped);

        Started() {
            overlapped.belongTo(request);
            socket.port = port.port;
            request.begin();
            request.linked(socket);
        }

        void end() {
            request.completed(socket, NtStatus.STATUS_SUCCESS, BYTES, false);
        }

        /** What GetQueuedCompletionStatus takes. */
        boolean isTaken(int milliseconds) {
            Ref<Overlapped> taken = new Ref<>();
            return Kernel32.GetQueuedCompletionStatus(
                            port, new IntRef(), new LongRef(), taken, milliseconds)
                    && taken.value == overlapped;
        }

        void awaitEnd() {
            while (!overlapped.hasCompleted()) {
                Thread.onSpinWait();
            }
        }
    }

    /** GetQueuedCompletionStatus. */
    @JCStressTest
    @Outcome(id = "7 bytes, woken", expect = ACCEPTABLE, desc = "the packet has come")
    @Outcome(expect = FORBIDDEN, desc = "it sleeps on, or the outcome cannot be seen")
    @State
    public static class AwaitPacket {
        private final Started started = new Started();
        private final Meeting meeting = new Meeting();

        @Actor
        public void engine() {
            meeting.meet();
            started.end();
        }

        @Actor
        public void program(L_Result r) {
            meeting.meet();
            Patience patience = new Patience();
            boolean taken = started.isTaken(patience.millis());
            r.r1 = outcome(taken, started.overlapped, patience);
        }
    }

    /** Who has seen the end, which comes with a packet, looks for that. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the packet is there")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "it has ended, and there is no packet")
    @State
    public static class PacketBehindTheEnd {
        private final Started started = new Started();

        @Actor
        public void engine() {
            started.end();
        }

        @Actor
        public void program(Z_Result r) {
            started.awaitEnd();
            r.r1 = started.isTaken(0);
        }
    }

    /** Who has seen the end uses the structure again. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "it can be used again")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "it has ended, and is in use")
    @State
    public static class UseBehindTheEnd {
        private final Started started = new Started();

        @Actor
        public void engine() {
            started.end();
        }

        @Actor
        public void program(Z_Result r) {
            started.awaitEnd();
            r.r1 = started.overlapped.take() != null;
        }
    }
}
