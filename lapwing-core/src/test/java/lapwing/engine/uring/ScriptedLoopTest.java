package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a loop makes of a kernel that is short of something, and of what it says in the end. */
class ScriptedLoopTest extends ScriptedRig {
    // ---- what the kernel does not take ----

    @ParameterizedTest
    @ValueSource(ints = {Errno.EAGAIN, Errno.EBUSY, Errno.EINTR, Errno.ENOMEM})
    void entryThatIsRefusedForAMomentIsGivenOnce(int errno) {
        Call send = start(Operation.Kind.SEND, 8);
        kernel.refuse(errno, 50); // more than a hopeless ring gets
        rounds(50);
        assertThat(kernel.taken).isEmpty();
        assertUnderWay(send);
        Entry entry = next().getFirst();
        rounds(2);
        assertThat(kernel.taken).containsExactly(entry);
        kernel.complete(entry, 8);
        rounds(2);
        assertEnded(send, Status.SUCCESS, 8);
    }

    @Test
    void kernelThatIsShortOfMemoryIsAskedEveryMillisecond() {
        start(Operation.Kind.SEND, 8);
        kernel.refuse(Errno.EAGAIN, 10);
        rounds(11);
        assertThat(takenAt).containsExactly(10.0);
    }

    @Test
    void entriesThatTheKernelLeavesGoWithTheNextCallInTheirOrder() {
        kernel.appetite = 2;
        List<Call> sends = sends(5);
        rounds(4);
        assertThat(kernel.taken).extracting(e -> e.length).containsExactly(1, 2, 3, 4, 5);
        kernel.taken.reversed().forEach(e -> kernel.complete(e, e.length));
        rounds(3);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    @Test // with others in their place its count could cut a chain
    void nobodySubmitsWhatALeaderHasCountedAndTheKernelNotTaken() {
        sends(SUBMISSIONS - 1);
        kernel.beforeTaking = () -> sends(3 * SUBMISSIONS);
        rounds(1);
        assertThat(kernel.calls).isOne();
        assertThat(kernel.taken).hasSize(SUBMISSIONS - 1);
        kernel.taken.forEach(e -> kernel.complete(e, e.length));
        rounds(1);
        assertThat(kernel.taken).hasSize(4 * SUBMISSIONS - 1);
    }

    // ---- the completion queue ----

    @Test // uring-facts F26
    void completionsBeyondTheQueueAreReadWhenThereIsRoom() {
        List<Call> sends = sends(7);
        rounds(1);
        completeAll();
        assertThat(kernel.overflowing()).isEqualTo(7 - COMPLETIONS);
        rounds(4);
        assertThat(kernel.overflowing()).isZero();
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    @Test
    void roundThatDoesNotWaitReadsThemAsWell() {
        adopt();
        List<Call> sends = sends(7);
        loop.lead().round(0);
        completeAll();
        loop.lead().round(0);
        loop.lead().round(0);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    @Test
    void kernelThatTakesNothingBeforeItsCompletionsAreReadGetsEntriesBehindThem() {
        kernel.isStrict = true;
        List<Call> sends = sends(7);
        rounds(1);
        completeAll();
        Call late = start(Operation.Kind.SEND, 8);
        rounds(1); // EBUSY, and room
        sends.subList(0, COMPLETIONS).forEach(send -> assertThat(send.ends).isOne());
        assertThat(kernel.taken).hasSize(7);
        rounds(2);
        assertThat(kernel.taken).hasSize(8);
        kernel.complete(kernel.taken.getLast(), 8);
        rounds(2);
        assertEnded(late, Status.SUCCESS, 8);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    @Test
    void usersThatStartTheNextWhenOneEndsLoseNothingToAnOverflow() {
        List<Call> sends = sends(SUBMISSIONS);
        sends.forEach(send -> send.then = () -> start(Operation.Kind.SEND, 100));
        rounds(1);
        completeAll();
        rounds(4);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
        assertThat(kernel.taken).hasSize(2 * SUBMISSIONS);
    }

    // ---- what goes on ----

    @Test
    void shortSendGoesOnWhereItStopped() {
        Call send = start(Operation.Kind.SEND, 100);
        kernel.complete(next().getFirst(), 30);
        rounds(2);
        List<Entry> rest = kernel.taken.subList(1, kernel.taken.size()); // behind a poll for room
        assertThat(rest).extracting(e -> e.opcode).containsExactly(OP_POLL_ADD, OP_SEND);
        assertThat(rest.getLast().length).isEqualTo(70);
        assertThat(rest.getLast().address).isEqualTo(send.memory.address() + 30);
        assertUnderWay(send);
        kernel.complete(rest.getLast(), 70);
        rounds(2);
        assertEnded(send, Status.SUCCESS, 100);
    }

    @Test
    void shortSendThatIsCancelledEndsWithWhatIsGone() {
        Call send = start(Operation.Kind.SEND, 100);
        kernel.complete(next().getFirst(), 30);
        rounds(2);
        loop.cancel(send);
        Entry cancel = next().getFirst();
        Entry poll = kernel.taken.get(1);
        assertThat(cancel.address).isEqualTo(poll.userData);
        kernel.complete(poll, -Errno.ECANCELED);
        rounds(1);
        assertEnded(send, Status.SUCCESS, 30);
    }

    @Test
    void receiveThatWaitsForAllEndsWithWhatHasComeBeforeTheEnd() {
        Call receive = new Call(Operation.Kind.RECEIVE, 100);
        receive.flags = Endpoint.WAIT_ALL;
        receive.start();
        kernel.complete(next().getLast(), 60);
        rounds(2);
        assertUnderWay(receive);
        kernel.complete(kernel.taken.getLast(), -Errno.ECONNRESET);
        rounds(1);
        assertEnded(receive, Status.SUCCESS, 60);
    }

    @Test // uring-facts F20
    void operationWhoseSubmitterHasEndedIsStartedAgain() {
        Call receive = start(Operation.Kind.RECEIVE, 8);
        Entry first = next().getFirst();
        kernel.complete(first, -Errno.ECANCELED);
        rounds(2);
        assertUnderWay(receive);
        assertThat(kernel.taken).hasSize(2);
        Entry second = kernel.taken.getLast();
        assertThat(second.userData).isNotEqualTo(first.userData); // another life
        kernel.post(first.userData, -Errno.ECANCELED); // told of the earlier one once more
        rounds(2);
        assertUnderWay(receive);
        assertThat(kernel.taken).hasSize(2);
        kernel.complete(second, -Errno.ECONNRESET);
        rounds(2);
        assertEnded(receive, Status.CONNECTION_RESET, 0);
    }

    @Test // uring-facts F41: its submitter has ended between the two of a pair
    void faultBehindAPollIsTriedOnceMore() {
        Call receive = start(Operation.Kind.RECEIVE, 10_000);
        kernel.complete(next().getLast(), -Errno.EFAULT);
        rounds(2);
        assertUnderWay(receive);
        assertThat(kernel.taken).hasSize(3);
        kernel.complete(kernel.taken.getLast(), -Errno.EFAULT); // so it is the memory
        rounds(2);
        assertEnded(receive, Status.ACCESS_VIOLATION, 0);
    }

    @Test
    void operationThatIsCancelledBelongsToTheKernelUntilItSaysSo() {
        Call receive = start(Operation.Kind.RECEIVE, 8);
        Entry entry = next().getFirst();
        loop.cancel(receive);
        Entry cancel = next().getFirst();
        assertThat(cancel.opcode).isEqualTo(OP_ASYNC_CANCEL);
        assertThat(cancel.address).isEqualTo(entry.userData);
        rounds(5);
        assertUnderWay(receive);
        kernel.complete(entry, -Errno.ECANCELED);
        rounds(2);
        assertEnded(receive, Status.CANCELLED, 0);
    }

    @Test
    void cancelThatComesTooLateFindsNothing() {
        Call send = start(Operation.Kind.SEND, 8);
        kernel.complete(next().getFirst(), 8);
        loop.cancel(send);
        rounds(1);
        assertEnded(send, Status.SUCCESS, 8);
        Call next = start(Operation.Kind.SEND, 8); // in the same slot
        rounds(1);
        assertThat(kernel.taken)
                .extracting(e -> e.opcode)
                .containsExactly(OP_SEND, OP_ASYNC_CANCEL, OP_SEND);
        assertThat(kernel.taken.get(1).address).isNotEqualTo(kernel.taken.get(2).userData);
        loop.cancel(send);
        rounds(1);
        assertThat(kernel.taken).hasSize(3);
        assertUnderWay(next);
    }

    // ---- accepts without a descriptor ----

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM})
    void acceptThatFindsNoDescriptorIsTriedAgainWhenOneIsFree(int errno) {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        kernel.complete(next().getFirst(), -errno);
        rounds(1);
        assertUnderWay(accept);
        loop.descriptorIsFree();
        rounds(2);
        assertThat(takenAt).containsExactly(0.0, 0.0);
        assertThat(kernel.taken).extracting(e -> e.opcode).containsOnly(OP_ACCEPT);
        kernel.complete(kernel.taken.getLast(), -Errno.EBADF);
        rounds(2);
        assertEnded(accept, Status.INVALID_HANDLE, 0);
    }

    @Test
    void acceptThatFindsNoDescriptorIsTriedAgainEvery20Milliseconds() {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        kernel.witness =
                entry -> {
                    takenAt.add(clock.millis());
                    kernel.complete(entry, -Errno.EMFILE);
                };
        own(50);
        kernel.witness = entry -> {};
        assertUnderWay(accept);
        assertThat(takenAt).containsExactly(0.0, 20.0, 40.0);
    }

    @Test
    void acceptThatWaitsForADescriptorIsCancelledWithoutTheKernel() {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        kernel.complete(next().getFirst(), -Errno.EMFILE);
        rounds(1);
        loop.cancel(accept);
        rounds(2);
        assertEnded(accept, Status.CANCELLED, 0);
        assertThat(kernel.taken).hasSize(1);
    }

    @Test // F43: the client that has woken it has woken no other
    void acceptThatIsCancelledWithoutADescriptorHasAnotherTry() {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        Call other = start(Operation.Kind.ACCEPT, 0);
        List<Entry> both = next();
        kernel.complete(both.getFirst(), -Errno.EMFILE);
        rounds(1);
        loop.cancel(accept);
        rounds(2);
        assertEnded(accept, Status.CANCELLED, 0);
        kernel.complete(both.getLast(), -Errno.ECANCELED);
        rounds(2);
        assertUnderWay(other);
        assertThat(kernel.taken)
                .extracting(e -> e.opcode)
                .containsExactly(OP_ACCEPT, OP_ACCEPT, OP_ASYNC_CANCEL, OP_ACCEPT);
    }

    @Test
    void acceptOfAConnectionThatIsGoneWaitsForTheNext() {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        kernel.complete(next().getFirst(), -Errno.ECONNABORTED);
        rounds(2);
        assertUnderWay(accept);
        assertThat(kernel.taken).hasSize(2);
    }

    // ---- the sleep of the leader ----

    @Test
    void startWakesALeaderThatSleeps() {
        assertStartsWakeTheLeader();
    }

    private void assertStartsWakeTheLeader() {
        kernel.whileAsleep = () -> start(Operation.Kind.SEND, 8);
        rounds(1);
        assertThat(kernel.wait).isEqualTo(Long.MAX_VALUE);
        assertThat(kernel.taken).isEmpty();
        rounds(1);
        assertThat(kernel.taken).hasSize(1);
        kernel.whileAsleep = () -> start(Operation.Kind.SEND, 8); // as the first time
        rounds(3);
        assertThat(kernel.taken).hasSize(2);
    }

    @Test
    void packetThatIsPostedBeforeTheLeaderSleepsKeepsItAwake() {
        loop.lead().wake();
        rounds(1);
        assertThat(kernel.wait).isZero();
        rounds(1);
        assertThat(kernel.wait).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void readThatWakesTheLeaderIsAskedForAgainWhenItsSubmitterHasEnded() {
        for (int i = 0; i < 30; i++) { // more than would make the ring hopeless
            kernel.whileAsleep = () -> kernel.completeRead(-Errno.ECANCELED);
            rounds(1);
        }
        assertStartsWakeTheLeader();
    }

    @Test // the read has come, and what was started meanwhile fills the queue
    void leaderWithoutRoomForItsReadDoesNotSleep() {
        rounds(1);
        sends(SUBMISSIONS);
        kernel.refuse(Errno.EAGAIN, 2);
        kernel.completeRead(8);
        rounds(1);
        assertThat(kernel.taken).isEmpty();
        kernel.refuse(Errno.EAGAIN, 1); // there is still no room
        rounds(1);
        assertThat(kernel.taken).hasSize(SUBMISSIONS);
        assertThat(kernel.wait).isZero();
        rounds(1);
        assertThat(kernel.wait).isEqualTo(Long.MAX_VALUE);
    }

    // ---- sends that are stuck ----

    /** A send that was tried in vain, and again behind a poll. */
    private Call stuck() {
        Call send = start(Operation.Kind.SEND, 8);
        kernel.complete(next().getFirst(), -Errno.EAGAIN);
        rounds(2);
        kernel.complete(kernel.taken.getLast(), -Errno.EAGAIN);
        return send;
    }

    @Test // uring-facts F40: in the set of sockets that the ring polls
    void sendThatAPollDoesNotHelpIsTriedAgainWhenTheSetSaysSo() {
        Call send = stuck();
        rounds(2);
        Entry poll = kernel.taken.getLast();
        assertThat(poll.opcode).isEqualTo(OP_POLL_ADD);
        assertThat(poll.userData).isEqualTo(StuckSends.READY);
        kernel.complete(poll, POLLIN);
        rounds(2);
        assertThat(kernel.taken)
                .extracting(e -> e.opcode)
                .endsWith(OP_POLL_ADD, OP_SEND, OP_POLL_ADD); // the set is polled on
        kernel.complete(kernel.taken.get(kernel.taken.size() - 2), 8);
        rounds(2);
        assertEnded(send, Status.SUCCESS, 8);
    }

    @Test
    void sendThatIsStuckIsTriedOnceMoreWhenItIsCancelled() {
        Call send = stuck();
        rounds(2);
        loop.cancel(send);
        Entry last = next().getFirst();
        assertThat(last.opcode).isEqualTo(OP_SEND);
        kernel.complete(last, -Errno.EAGAIN);
        rounds(1);
        assertEnded(send, Status.CANCELLED, 0);
    }

    @Test
    void leaderWithoutRoomForThePollOfTheSetDoesNotSleep() {
        Call send = stuck();
        sends(SUBMISSIONS);
        kernel.refuse(Errno.EAGAIN, 3); // so there is no room in the next round either
        rounds(2);
        assertUnderWay(send);
        assertThat(kernel.taken).hasSize(3 + SUBMISSIONS);
        assertThat(kernel.wait).isZero();
        assertThat(next()).extracting(e -> e.userData).containsExactly(StuckSends.READY);
        assertThat(kernel.wait).isEqualTo(Long.MAX_VALUE);
    }
}
