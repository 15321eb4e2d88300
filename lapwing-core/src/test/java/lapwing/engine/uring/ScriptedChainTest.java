package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chains that fail, and chains that are torn: a kernel that runs out of memory takes the entries
 * before that, and begins with them; what it takes later is another chain.
 */
class ScriptedChainTest extends ScriptedRig {
    /** Has the kernel take one entry in one round. */
    private Entry one() {
        kernel.appetite = 1;
        List<Entry> taken = next();
        kernel.appetite = 0;
        assertThat(taken).hasSize(1);
        return taken.getFirst();
    }

    // ---- a receive behind its poll ----

    @Test
    void tornReceiveIsTriedTooEarlyAndThenBehindAPollOfItsOwn() {
        Call receive = start(Operation.Kind.RECEIVE, 10_000); // too much for a poll alone
        Entry poll = one();
        assertThat(poll.opcode).isEqualTo(OP_POLL_ADD);
        assertThat(poll.isLinked()).isTrue();
        Entry recv = one();
        assertThat(recv.opcode).isEqualTo(OP_RECV);
        assertThat(recv.userData).isEqualTo(poll.userData);
        kernel.complete(recv, -Errno.EAGAIN);
        kernel.appetite = 10;
        rounds(2);
        assertUnderWay(receive);
        kernel.complete(poll, POLLIN); // tells nothing: it has succeeded
        Entry again = kernel.taken.getLast();
        assertThat(kernel.taken.get(kernel.taken.size() - 2).behind).isSameAs(again);
        kernel.complete(again, 100);
        rounds(2);
        assertEnded(receive, Status.SUCCESS, 100);
    }

    @Test // else it could take data for a life that is over
    void receiveWhosePollHasFailedAloneIsNotGivenToTheKernel() {
        Call receive = start(Operation.Kind.RECEIVE, 10_000);
        Entry poll = one();
        kernel.complete(poll, -Errno.ECANCELED); // its submitter has ended
        rounds(1);
        kernel.appetite = 10;
        rounds(2);
        List<Entry> recvs = kernel.taken.stream().filter(e -> e.opcode == OP_RECV).toList();
        assertThat(recvs).hasSize(1);
        kernel.complete(recvs.getFirst(), 100);
        rounds(1);
        assertEnded(receive, Status.SUCCESS, 100);
    }

    // ---- a send behind its connect ----

    @Test // the kernel tells no more than the first failure, F9
    void connectThatFailsEndsOnce() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        kernel.complete(next().getFirst(), -Errno.ECONNREFUSED);
        rounds(2);
        assertEnded(connect, Status.CONNECTION_REFUSED, 0);
        assertThat(kernel.taken).hasSize(2);
    }

    @Test
    void connectWhoseSendFailsEndsWithThat() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        kernel.complete(next().getLast(), -Errno.ECONNRESET);
        rounds(1);
        assertEnded(connect, Status.CONNECTION_RESET, 0);
    }

    @Test
    void connectWhoseSendIsShortSendsTheRest() {
        Call connect = start(Operation.Kind.CONNECT, 100);
        kernel.complete(next().getLast(), 30);
        rounds(2);
        assertThat(kernel.taken)
                .extracting(e -> e.opcode)
                .containsExactly(OP_CONNECT, OP_SEND, OP_POLL_ADD, OP_SEND);
        assertThat(kernel.taken.getLast().length).isEqualTo(70);
        kernel.complete(kernel.taken.getLast(), 70);
        rounds(1);
        assertEnded(connect, Status.SUCCESS, 100);
    }

    @Test
    void tornConnectSendsWhenItIsConnected() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        Entry first = one();
        assertThat(first.opcode).isEqualTo(OP_CONNECT);
        Entry early = one();
        assertThat(early.opcode).isEqualTo(OP_SEND);
        kernel.complete(early, -Errno.EAGAIN);
        kernel.appetite = 10;
        rounds(2);
        assertUnderWay(connect);
        kernel.complete(first, 0);
        assertThat(kernel.taken)
                .extracting(e -> e.opcode)
                .containsExactly(OP_CONNECT, OP_SEND, OP_POLL_ADD, OP_SEND);
        kernel.complete(kernel.taken.getLast(), 8);
        rounds(2);
        assertEnded(connect, Status.SUCCESS, 8);
    }

    @Test // its memory is the user's again
    void sendOfATornConnectThatHasFailedIsNotGivenToTheKernel() {
        Call connect = start(Operation.Kind.CONNECT, 8);
        kernel.complete(one(), -Errno.ECONNREFUSED);
        rounds(1);
        assertEnded(connect, Status.CONNECTION_REFUSED, 0);
        Call next = start(Operation.Kind.SEND, 8);
        kernel.appetite = 10;
        rounds(2);
        assertThat(kernel.taken).filteredOn(e -> e.opcode == OP_SEND).hasSize(1);
        kernel.complete(kernel.taken.getLast(), 8);
        rounds(1);
        assertEnded(next, Status.SUCCESS, 8);
    }

    // ---- a close behind a send ----

    private Call sendAndClose() {
        Call send = start(Operation.Kind.SEND, 100);
        assertThat(loop.closeBehind(send, pair.here())).isTrue();
        return send;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 30, -Errno.EAGAIN, -Errno.ECONNRESET})
    void descriptorBehindASendIsClosedOnceWhateverBecomesOfTheSend(int result) {
        Call send = sendAndClose();
        kernel.complete(next().getFirst(), result);
        rounds(2);
        assertThat(send.ends).isOne();
        assertThat(kernel.closed).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 30, -Errno.EAGAIN, -Errno.ECONNRESET})
    void tornCloseIsMadeOnceWhateverBecomesOfTheSend(int result) {
        Call send = sendAndClose();
        kernel.complete(one(), result);
        rounds(1);
        assertThat(send.ends).isOne();
        assertThat(kernel.closed).isEmpty();
        kernel.appetite = 10;
        rounds(2);
        assertThat(kernel.closed).hasSize(1);
    }
}
