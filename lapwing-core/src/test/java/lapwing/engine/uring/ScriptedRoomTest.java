package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;

/**
 * Operations and cancels for which a ring has no room, and the end of a loop that still has some.
 */
class ScriptedRoomTest extends ScriptedRig {
    private static final int FOR_EVER = 1000;

    /** Fills the queue of a kernel that is short of memory. */
    private List<Call> fill() {
        kernel.refuse(Errno.EAGAIN, FOR_EVER);
        return sends(SUBMISSIONS);
    }

    private List<Integer> opcodes() {
        return kernel.taken.stream().map(e -> e.opcode).toList();
    }

    // ---- no room ----

    @Test
    void whatFindsNoRoomGoesOutInOrderAndBeforeWhatIsStartedLater() {
        fill();
        start(Operation.Kind.SEND, 100);
        start(Operation.Kind.SEND, 101);
        kernel.relent();
        start(Operation.Kind.SEND, 102);
        rounds(3);
        assertThat(kernel.taken)
                .extracting(e -> e.length)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 100, 101, 102);
    }

    @Test
    void leaderDoesNotSleepWhileSomethingWaitsForRoom() {
        rounds(1);
        fill();
        start(Operation.Kind.SEND, 100);
        rounds(1);
        assertThat(kernel.wait).isZero();
        kernel.relent();
        rounds(1);
        assertThat(kernel.taken).hasSize(SUBMISSIONS + 1);
        assertThat(kernel.wait).isEqualTo(Long.MAX_VALUE);
    }

    @Test // for two there is no room where there is some for one
    void chainWaitsForRoomAsAWhole() {
        kernel.refuse(Errno.EAGAIN, FOR_EVER);
        sends(SUBMISSIONS - 1);
        start(Operation.Kind.RECEIVE, 10_000);
        start(Operation.Kind.SEND, 100);
        kernel.relent();
        rounds(3);
        assertThat(opcodes()).endsWith(OP_POLL_ADD, OP_RECV, OP_SEND);
        Entry poll = kernel.taken.get(SUBMISSIONS - 1);
        assertThat(poll.behind).isSameAs(kernel.taken.get(SUBMISSIONS));
    }

    @Test
    void operationThatGoesOnWaitsForRoomAsWell() {
        Call send = start(Operation.Kind.SEND, 100);
        Entry first = next().getFirst();
        fill();
        kernel.complete(first, 30);
        rounds(2);
        kernel.relent();
        rounds(3);
        Entry rest = kernel.taken.getLast();
        assertThat(rest.length).isEqualTo(70);
        kernel.complete(rest, 70);
        rounds(1);
        assertEnded(send, Status.SUCCESS, 100);
    }

    @Test
    void defectOfWhatWaitsForRoomCostsNothingElse() {
        rounds(1);
        List<Call> sends = fill();
        Call bad = start(Operation.Kind.SEND, 100);
        bad.endpoint = null;
        sends.add(start(Operation.Kind.SEND, 101));
        kernel.relent();
        rounds(1);
        assertEnded(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(kernel.taken).hasSize(SUBMISSIONS + 1);
        completeAll();
        rounds(4);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    // ---- cancels ----

    @Test // as on Windows, where it would have ended in the call
    void operationThatIsCancelledWhileItWaitsForRoomIsTriedFirst() {
        fill();
        Call send = start(Operation.Kind.SEND, 100);
        loop.cancel(send);
        rounds(1);
        kernel.relent();
        rounds(2);
        assertThat(opcodes()).endsWith(OP_SEND, OP_ASYNC_CANCEL);
        Entry entry = kernel.taken.get(SUBMISSIONS);
        assertThat(kernel.taken.getLast().address).isEqualTo(entry.userData);
        kernel.complete(entry, 100);
        rounds(1);
        assertEnded(send, Status.SUCCESS, 100);
    }

    @Test
    void operationThatIsCancelledWhileItWaitsForRoomEndsAsCancelledIfItHasToWait() {
        fill();
        Call receive = start(Operation.Kind.RECEIVE, 8);
        loop.cancel(receive);
        kernel.relent();
        rounds(2);
        kernel.complete(kernel.taken.get(SUBMISSIONS), -Errno.ECANCELED);
        rounds(1);
        assertEnded(receive, Status.CANCELLED, 0);
    }

    @Test
    void cancelThatFindsNoRoomIsOwedAndPaidBehindWhatWaits() {
        Call receive = start(Operation.Kind.RECEIVE, 8);
        Entry poll = next().getFirst();
        fill();
        start(Operation.Kind.SEND, 100);
        loop.cancel(receive);
        kernel.relent();
        rounds(2);
        assertThat(opcodes()).endsWith(OP_SEND, OP_SEND, OP_ASYNC_CANCEL);
        assertThat(kernel.taken.getLast().address).isEqualTo(poll.userData);
        kernel.complete(poll, -Errno.ECANCELED);
        rounds(3);
        assertEnded(receive, Status.CANCELLED, 0);
        assertThat(opcodes()).containsOnlyOnce(OP_ASYNC_CANCEL);
    }

    @Test
    void moreCancelsAreOwedThanTheQueueHolds() {
        List<Call> receives = new ArrayList<>();
        for (int i = 0; i < 3 * SUBMISSIONS; i++) {
            receives.add(start(Operation.Kind.RECEIVE, 8));
        }
        rounds(2);
        List<Call> sends = fill();
        receives.forEach(loop::cancel);
        kernel.relent();
        kernel.obey();
        rounds(4 * SUBMISSIONS);
        receives.forEach(receive -> assertEnded(receive, Status.CANCELLED, 0));
        sends.forEach(ScriptedRig::assertUnderWay); // the peer reads nothing
    }

    @Test
    void cancelOfWhatHasEndedOwesNothing() {
        Call send = start(Operation.Kind.SEND, 8);
        kernel.complete(next().getFirst(), 8);
        rounds(1);
        fill();
        start(Operation.Kind.SEND, 100);
        loop.cancel(send);
        kernel.relent();
        rounds(3);
        assertThat(opcodes()).doesNotContain(OP_ASYNC_CANCEL);
        assertEnded(send, Status.SUCCESS, 8);
    }

    // ---- closing ----

    @Test
    void closeWithoutRoomIsMadeAtOnce() {
        adopt();
        fill();
        loop.close(pair.here());
        Call receive = new Call(Operation.Kind.RECEIVE, 8);
        assertThat(pair.there().attempt(receive)).isZero(); // the end
        receive.start();
        kernel.relent();
        loop.lead().round(0);
        assertThat(opcodes()).doesNotContain(OP_CLOSE);
    }

    @Test
    void closeOfTheLeaderGoesOutWithItsBatch() {
        adopt();
        start(Operation.Kind.SEND, 8);
        loop.close(pair.here());
        assertThat(kernel.closed).isEmpty();
        loop.lead().round(0);
        assertThat(opcodes()).containsExactly(OP_SEND, OP_CLOSE);
        assertThat(kernel.closed).hasSize(1);
    }

    // ---- the end of the process ----

    @Test
    void nothingIsSettledWhileSomethingWaitsForRoom() {
        List<Boolean> settled = new ArrayList<>();
        fill();
        start(Operation.Kind.SEND, 100);
        assertThat(loop.settle()).isFalse();
        rounds(2);
        assertThat(loop.settle()).isFalse();
        kernel.relent();
        rounds(2);
        kernel.whileAsleep = () -> settled.add(loop.settle());
        rounds(1);
        assertThat(settled).containsExactly(true);
        assertThat(kernel.taken).hasSize(SUBMISSIONS + 1);
    }

    @Test
    void whatIsStartedWhileThingsSettleGoesOutAtOnce() {
        rounds(1);
        loop.settle();
        start(Operation.Kind.SEND, 8);
        assertThat(kernel.taken).hasSize(1);
    }

    @Test // whoever leads may stay away
    void settlingGivesTheKernelWhatAnAdopterHasLeft() {
        adopt();
        start(Operation.Kind.SEND, 8);
        assertThat(loop.settle()).isFalse();
        assertThat(kernel.taken).hasSize(1);
        assertThat(loop.lead().round(0)).isFalse();
    }

    // ---- a loop that is given up ----

    @Test
    void hopelessRingEndsEverythingOnceWhereverItIs() {
        Call accept = start(Operation.Kind.ACCEPT, 0); // waits for a descriptor
        kernel.complete(next().getFirst(), -Errno.EMFILE);
        List<Call> calls = new ArrayList<>(List.of(accept));
        calls.add(start(Operation.Kind.RECEIVE, 8)); // is with the kernel
        calls.add(start(Operation.Kind.RECEIVE, 10_000));
        rounds(2);
        kernel.refuse(Errno.EOPNOTSUPP, FOR_EVER);
        calls.addAll(sends(SUBMISSIONS + 3)); // in the queue, and without room
        loop.cancel(calls.get(1));
        List<Integer> before = new ArrayList<>();
        kernel.beforeTheEnd = () -> calls.forEach(call -> before.add(call.ends));
        rounds(20);
        assertThat(before)
                .as("ends before the kernel is done")
                .hasSize(calls.size())
                .containsOnly(0);
        calls.forEach(call -> assertEnded(call, Status.INSUFFICIENT_RESOURCES, 0));
        assertThat(loop.settle()).isTrue();
    }

    @Test
    void hopelessRingIsAskedForNothingMore() {
        kernel.refuse(Errno.EOPNOTSUPP, 20);
        start(Operation.Kind.RECEIVE, 8);
        rounds(20);
        int calls = kernel.calls;
        Call late = start(Operation.Kind.SEND, 8);
        loop.cancel(late);
        assertUnderWay(late); // by the own thread: the caller holds monitors
        rounds(1);
        assertEnded(late, Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(kernel.calls).isEqualTo(calls);
    }

    @Test
    void whatHasCompletedWhenARingIsGivenUpEndsAsItHas() {
        Call send = start(Operation.Kind.SEND, 8);
        Call rest = start(Operation.Kind.SEND, 100);
        List<Entry> entries = next();
        kernel.refuse(Errno.EOPNOTSUPP, 20);
        kernel.beforeTheEnd =
                () -> {
                    kernel.complete(entries.getFirst(), 8);
                    kernel.complete(entries.getLast(), 30); // would go on
                };
        rounds(20);
        assertEnded(send, Status.SUCCESS, 8);
        assertEnded(rest, Status.INSUFFICIENT_RESOURCES, 0);
    }

    @Test
    void troubleThatDoesNotLastIsForgotten() {
        Call send = start(Operation.Kind.SEND, 8);
        for (int i = 0; i < 3; i++) {
            kernel.refuse(Errno.EOPNOTSUPP, 19);
            rounds(20);
        }
        assertThat(kernel.taken).hasSize(1);
        kernel.complete(kernel.taken.getFirst(), 8);
        rounds(2);
        assertEnded(send, Status.SUCCESS, 8);
    }

    @Test
    void readThatFailsAgainAndAgainIsNoWayToWakeALeader() {
        Call receive = start(Operation.Kind.RECEIVE, 8);
        for (int i = 0; i < 20; i++) {
            assertUnderWay(receive);
            kernel.whileAsleep = () -> kernel.completeRead(-Errno.EIO);
            rounds(1);
        }
        assertEnded(receive, Status.INSUFFICIENT_RESOURCES, 0);
    }

    // ---- a loop that is retired; that it ends is the rule ----

    @Test
    void retiredLoopEndsBehindWhatWaitsForRoom() {
        kernel.refuse(Errno.EAGAIN, 100);
        sends(3 * SUBMISSIONS);
        loop.retire();
        assertThat(loop.isOver()).isFalse();
    }

    @Test
    void retiredLoopGivesTheKernelWhatItHasToClose() {
        adopt();
        loop.close(pair.here());
        kernel.refuse(Errno.EAGAIN, 100);
        end();
        assertThat(kernel.closed).hasSize(1);
    }
}
