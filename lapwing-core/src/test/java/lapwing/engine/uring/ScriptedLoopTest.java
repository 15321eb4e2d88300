package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.Connected.Call;
import lapwing.engine.uring.ScriptedKernel.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loop on a kernel that answers by a script. The test's thread is the loop's own: nothing runs
 * beside it. The rules: an operation ends exactly once, with what the kernel has said of it in the
 * end; no entry is lost, and none is given twice.
 */
@Timeout(30)
class ScriptedLoopTest {
    private static final int SUBMISSIONS = 8;
    private static final int COMPLETIONS = 4;

    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 16);
    private ScriptedKernel kernel;
    private RingLoop loop;
    private Connected pair;

    @BeforeEach
    void open() throws RingException {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        pair = Connected.open(Engines.current());
        kernel = new ScriptedKernel(SUBMISSIONS, COMPLETIONS);
        loop = new RingLoop(kernel.ring(), "scripted");
    }

    @AfterEach
    void close() {
        if (pair != null) {
            loop.discard();
            pair.close();
        }
    }

    private Call start(Operation.Kind kind, int length) {
        Call call = new Call(kind, pair.here());
        if (length > 0) {
            call.addBlock(memory, length);
        }
        call.peer().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
        loop.start(call);
        return call;
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            loop.leadOrWatch();
        }
    }

    /** The entries that the kernel takes in one more round. */
    private List<Entry> next() {
        int before = kernel.taken.size();
        rounds(1);
        return List.copyOf(kernel.taken.subList(before, kernel.taken.size()));
    }

    private static void assertUnderWay(Call call) {
        assertThat(call.ends).isZero();
    }

    private static void assertEnded(Call call, int status, int bytes) {
        assertThat(call.ends).isOne();
        assertThat(call.status).isEqualTo(status);
        assertThat(call.bytes).isEqualTo(bytes);
    }

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
    void entriesThatTheKernelLeavesGoWithTheNextCallInTheirOrder() {
        kernel.appetite = 2;
        List<Call> sends = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            sends.add(start(Operation.Kind.SEND, i));
        }
        rounds(4);
        assertThat(kernel.taken).extracting(Entry::length).containsExactly(1, 2, 3, 4, 5);
        List.copyOf(kernel.taken).reversed().forEach(e -> kernel.complete(e, e.length()));
        rounds(3);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    @Test
    void moreThanTheQueueHoldsGoesInSeveralCalls() {
        List<Call> sends = new ArrayList<>();
        for (int i = 1; i <= 3 * SUBMISSIONS; i++) {
            sends.add(start(Operation.Kind.SEND, i));
        }
        rounds(4);
        assertThat(kernel.taken).hasSize(sends.size()).extracting(Entry::length).isSorted();
        for (Entry entry : List.copyOf(kernel.taken)) {
            kernel.complete(entry, entry.length());
        }
        rounds(sends.size() / COMPLETIONS + 1);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    // ---- chains ----

    @Test
    void chainOfWhichTheFirstAloneIsTakenGoesOnWithTheSecond() {
        Call receive = start(Operation.Kind.RECEIVE, 10_000); // too much for a poll alone
        kernel.appetite = 1;
        Entry poll = next().getFirst();
        assertThat(poll.opcode()).isEqualTo(OP_POLL_ADD);
        assertThat(poll.isLinked()).isTrue();
        Entry recv = next().getFirst();
        assertThat(recv.opcode()).isEqualTo(OP_RECV);
        assertThat(recv.userData()).isEqualTo(poll.userData());
        kernel.complete(recv, 100);
        rounds(2);
        assertEnded(receive, Status.SUCCESS, 100);
    }

    @Test
    void connectWhoseSendIsTakenLaterEndsOnceWithItsData() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        kernel.appetite = 1;
        Entry first = next().getFirst();
        assertThat(first.opcode()).isEqualTo(OP_CONNECT);
        assertThat(first.flags() & CQE_SKIP_SUCCESS).isNotZero();
        Entry send = next().getFirst();
        assertThat(send.opcode()).isEqualTo(OP_SEND);
        assertUnderWay(connect);
        kernel.complete(send, 8);
        rounds(2);
        assertEnded(connect, Status.SUCCESS, 8);
    }

    @Test // the kernel tells both ends of a chain that has failed; the second is an earlier life's
    void chainThatHasFailedEndsItsOperationOnce() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        List<Entry> chain = next();
        kernel.complete(chain.getFirst(), -Errno.ECONNREFUSED);
        kernel.complete(chain.getLast(), -Errno.ECANCELED);
        rounds(2);
        assertEnded(connect, Status.CONNECTION_REFUSED, 0);
        assertThat(kernel.taken).hasSize(2);
    }

    // ---- what goes on ----

    @Test
    void shortSendGoesOnWhereItStopped() {
        Call send = start(Operation.Kind.SEND, 100);
        kernel.complete(next().getFirst(), 30);
        rounds(2);
        List<Entry> rest = kernel.taken.subList(1, kernel.taken.size()); // behind a poll for room
        assertThat(rest).extracting(Entry::opcode).containsExactly(OP_POLL_ADD, OP_SEND);
        assertThat(rest.getLast().length()).isEqualTo(70);
        assertThat(rest.getLast().address()).isEqualTo(memory.address() + 30);
        assertUnderWay(send);
        kernel.complete(rest.getLast(), 70);
        rounds(2);
        assertEnded(send, Status.SUCCESS, 100);
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
        assertThat(second.userData()).isNotEqualTo(first.userData()); // another life
        kernel.complete(first, -Errno.ECANCELED); // told of the earlier one once more
        rounds(2);
        assertUnderWay(receive);
        assertThat(kernel.taken).hasSize(2);
        kernel.complete(second, -Errno.ECONNRESET);
        rounds(2);
        assertEnded(receive, Status.CONNECTION_RESET, 0);
    }

    @Test
    void operationThatIsCancelledBelongsToTheKernelUntilItSaysSo() {
        Call receive = start(Operation.Kind.RECEIVE, 8);
        Entry entry = next().getFirst();
        loop.cancel(receive);
        Entry cancel = next().getFirst();
        assertThat(cancel.opcode()).isEqualTo(OP_ASYNC_CANCEL);
        assertThat(cancel.address()).isEqualTo(entry.userData());
        rounds(5);
        assertUnderWay(receive);
        kernel.complete(entry, -Errno.ECANCELED);
        rounds(2);
        assertEnded(receive, Status.CANCELLED, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM})
    void acceptThatFindsNoDescriptorIsTriedAgainWhenOneIsFree(int errno) {
        Call accept = start(Operation.Kind.ACCEPT, 0);
        kernel.complete(next().getFirst(), -errno);
        rounds(1);
        assertUnderWay(accept);
        loop.descriptorIsFree();
        rounds(3);
        assertUnderWay(accept);
        assertThat(kernel.taken).extracting(Entry::opcode).containsExactly(OP_ACCEPT, OP_ACCEPT);
        kernel.complete(kernel.taken.getLast(), -Errno.EBADF);
        rounds(2);
        assertEnded(accept, Status.INVALID_HANDLE, 0);
    }

    // ---- the completion queue ----

    @Test
    void completionsBeyondTheQueueAreReadWhenThereIsRoom() {
        List<Call> sends = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            sends.add(start(Operation.Kind.SEND, i));
        }
        rounds(1);
        for (Entry entry : List.copyOf(kernel.taken)) {
            kernel.complete(entry, entry.length());
        }
        assertThat(kernel.overflowing()).isEqualTo(7 - COMPLETIONS);
        rounds(4);
        assertThat(kernel.overflowing()).isZero();
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
    }

    // ---- what does not pass ----

    @Test
    void hopelessRingEndsEverythingOnceAndAsksTheKernelForNothingMore() {
        Call taken = start(Operation.Kind.RECEIVE, 8);
        rounds(1);
        Call waiting = start(Operation.Kind.SEND, 8);
        kernel.refuse(Errno.EOPNOTSUPP, 20);
        rounds(19);
        assertUnderWay(taken);
        assertUnderWay(waiting);
        rounds(1);
        assertEnded(taken, Status.INSUFFICIENT_RESOURCES, 0);
        assertEnded(waiting, Status.INSUFFICIENT_RESOURCES, 0);
        int calls = kernel.calls;
        Call late = start(Operation.Kind.SEND, 8);
        Thread.currentThread().interrupt(); // whoever has nothing to do would park
        rounds(1);
        assertThat(Thread.interrupted()).isTrue();
        assertEnded(late, Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(kernel.calls).isEqualTo(calls);
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
}
