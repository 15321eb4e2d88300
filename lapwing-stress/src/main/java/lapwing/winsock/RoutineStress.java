package lapwing.winsock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapwing.stress.Adoption;
import lapwing.stress.Meeting;
import lapwing.stress.Patience;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A completion routine that gets due, against the alertable waits of its thread. */
public final class RoutineStress {
    private RoutineStress() {}

    /** A thread that waits, and an engine that has a routine for it. */
    private static final class Alertable {
        private final Meeting meeting = new Meeting();
        private volatile @Nullable RoutineQueue routines;
        private boolean hasRun;

        interface Wait {
            /** True if routines have run. */
            boolean isAlerted(int milliseconds);
        }

        String await(Wait wait) {
            routines = ThreadState.current().routines;
            meeting.meet();
            Patience patience = new Patience();
            boolean alerted = wait.isAlerted(patience.millis());
            return (alerted && hasRun ? "run, " : "not run, ") + patience.outcome();
        }

        void addRoutine() {
            meeting.meet();
            RoutineQueue queue = routines;
            if (queue != null) {
                queue.add((_, _, _, _) -> hasRun = true, 0, 0, new Overlapped(), 0);
            }
        }
    }

    private static boolean isAlertedOn(CompletionPort port, int milliseconds) {
        return !Kernel32.GetQueuedCompletionStatusEx(
                        port, OverlappedEntry.array(1), 1, new IntRef(), milliseconds, true)
                && Kernel32.GetLastError() == WinsockError.WAIT_IO_COMPLETION;
    }

    @JCStressTest
    @Outcome(id = "run, woken", expect = ACCEPTABLE, desc = "the routine ends the sleep")
    @Outcome(expect = FORBIDDEN, desc = "the thread sleeps on")
    @State
    public static class Sleep {
        private final Alertable alertable = new Alertable();

        @Actor
        public void thread(L_Result r) {
            r.r1 =
                    alertable.await(milliseconds ->
                            Kernel32.SleepEx(milliseconds, true)
                                    == WinsockError.WAIT_IO_COMPLETION);
        }

        @Actor
        public void engine() {
            alertable.addRoutine();
        }
    }

    @JCStressTest
    @Outcome(id = "run, woken", expect = ACCEPTABLE, desc = "the routine ends the wait")
    @Outcome(expect = FORBIDDEN, desc = "the thread waits on")
    @State
    public static class AwaitEvent {
        private final Alertable alertable = new Alertable();
        private final Event event = new Event(false, false);

        @Actor
        public void thread(L_Result r) {
            r.r1 =
                    alertable.await(milliseconds ->
                            Kernel32.WaitForSingleObjectEx(event, milliseconds, true)
                                    == WinsockError.WAIT_IO_COMPLETION);
        }

        @Actor
        public void engine() {
            alertable.addRoutine();
        }
    }

    /** On a port, parked. */
    @JCStressTest
    @Outcome(id = "run, woken", expect = ACCEPTABLE, desc = "the routine ends the wait")
    @Outcome(expect = FORBIDDEN, desc = "the thread waits on")
    @State
    public static class AwaitPacket {
        private static final CompletionPort PORT = new CompletionPort(-1);

        private final Alertable alertable = new Alertable();

        @Actor
        public void thread(L_Result r) {
            r.r1 = alertable.await(milliseconds -> isAlertedOn(PORT, milliseconds));
        }

        @Actor
        public void engine() {
            alertable.addRoutine();
        }
    }

    /** On a port, as the leader of its loop, if the engine has that. */
    @JCStressTest
    @Outcome(id = "run, woken", expect = ACCEPTABLE, desc = "the routine ends the wait")
    @Outcome(expect = FORBIDDEN, desc = "the thread waits on in the kernel")
    @State
    public static class AwaitPacketAsLeader {
        private static final CompletionPort PORT = new CompletionPort(1);

        private final Alertable alertable = new Alertable();

        @Actor
        public void thread(L_Result r) {
            Adoption.of(PORT.port.loop().lead());
            r.r1 = alertable.await(milliseconds -> isAlertedOn(PORT, milliseconds));
        }

        @Actor
        public void engine() {
            alertable.addRoutine();
        }
    }
}
