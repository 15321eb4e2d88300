package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What every engine does alike: here transfers, cancels and loops, above timers, ends of
 * connections, datagrams and endpoints. Each engine has a test class of a few lines that says how
 * it is opened; what it does in a way of its own is tested beside it.
 */
public abstract class EngineContract extends TimerContract {
    // ---- transfer ----

    @Test
    void receiveTakesWhatIsThere() {
        Pair pair = pair();
        Call receive = receive(pair.there(), 10);
        send(pair.here(), "hello").assertEnds(5);
        receive.assertEnds(5);
        assertThat(receive.text()).isEqualTo("hello");
    }

    @Test
    void receiveThatWaitsForAllIsFull() {
        Pair pair = pair();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(3).room(5);
        start(receive.with(Endpoint.WAIT_ALL));
        send(pair.here(), "12345").assertEnds(5);
        send(pair.here(), "678").assertEnds(3);
        receive.assertEnds(8);
        assertThat(receive.text()).isEqualTo("12345678");
    }

    @Test
    void peekLeavesTheData() {
        Pair pair = pair();
        Call peek = new Call(Operation.Kind.RECEIVE, pair.there()).room(9);
        start(peek.with(Endpoint.PEEK));
        send(pair.here(), "data").assertEnds(4);
        peek.assertEnds(4);
        assertThat(pair.there().available()).isEqualTo(4);
        receive(pair.there(), 9).assertEnds(4);
        assertThat(pair.there().available()).isZero();
    }

    @Test
    void receiveWithoutBlocksOnlyWaits() {
        Pair pair = pair();
        Call wait = start(new Call(Operation.Kind.RECEIVE, pair.there()));
        send(pair.here(), "data").assertEnds(4);
        wait.assertEnds(0);
        receive(pair.there(), 9).assertEnds(4);
    }

    @Test // in which order is the contract's business, which starts one at a time
    void receivesThatWaitTogetherTakeEachByteOnce() {
        Pair pair = pair();
        List<Call> receives = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receives.add(receive(pair.there(), 1));
        }
        send(pair.here(), "0123456789").assertEnds(10);
        List<String> all = new ArrayList<>();
        for (Call receive : receives) {
            receive.assertEnds(1);
            all.add(receive.text());
        }
        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void blocksAreGatheredAndScatteredInOrder() {
        Pair pair = pair();
        Call send = new Call(Operation.Kind.SEND, pair.here());
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there());
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < Operation.MOST_BLOCKS; i++) {
            send.text("block " + i);
            expected.append("block ").append(i);
            receive.room(i == Operation.MOST_BLOCKS - 1 ? 1000 : 3);
        }
        start(receive.with(Endpoint.WAIT_ALL));
        start(send).assertEnds(expected.length());
        assertSucceeds(pair.here().shutdown(false, true));
        receive.assertEnds(expected.length());
        assertThat(receive.text()).isEqualTo(expected.toString());
    }

    @Test
    void sendThatHasToWaitIsWhole() {
        Pair pair = pair();
        Call send = sendLarge(pair.here());
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(LARGE);
        start(receive.with(Endpoint.WAIT_ALL)).assertEnds(LARGE);
        send.assertEnds(LARGE);
    }

    @Test
    void urgentByteComesBesideTheStreamOrIsRefused() {
        Pair pair = pair();
        Call urgent = new Call(Operation.Kind.SEND, pair.here()).text("!");
        start(urgent.with(Endpoint.URGENT)).end();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(1);
        if (urgent.status == Status.SUCCESS) {
            until("the mark", () -> pair.there().atMark() == 1);
            start(receive.with(Endpoint.URGENT)).assertEnds(1);
            assertThat(receive.text()).isEqualTo("!");
        } else {
            assertFails(urgent.status, Status.NOT_SUPPORTED);
            start(receive.with(Endpoint.URGENT)).assertFails(Status.NOT_SUPPORTED);
        }
        send(pair.here(), "on").assertEnds(2);
        receive(pair.there(), 9).assertEnds(2);
    }

    @Test
    void attemptNeverWaits() {
        Pair pair = pair();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(9);
        assertFails(pair.there().attempt(receive), Status.WOULD_BLOCK);
        Call send = new Call(Operation.Kind.SEND, pair.here()).text("tried");
        assertThat(pair.here().attempt(send)).isEqualTo(5);
        until("the data", () -> pair.there().available() == 5);
        assertThat(pair.there().attempt(receive)).isEqualTo(5);
        Endpoint listener = listener();
        Call accept = new Call(Operation.Kind.ACCEPT, listener);
        assertFails(listener.attempt(accept), Status.WOULD_BLOCK);
    }

    // ---- cancel ----

    @Test
    void cancelEndsWhateverWaits() {
        Pair pair = pair();
        List<Call> waiting = new ArrayList<>();
        waiting.add(accept(listener()));
        waiting.add(receive(pair.here(), 1));
        waiting.add(start(new Call(Operation.Kind.RECEIVE, pair.there())));
        waiting.add(start(new Call(Operation.Kind.AWAIT_CLOSE, pair().here())));
        waiting.add(start(new Call(Operation.Kind.RECEIVE_FROM, datagrams()).room(1)));
        for (Call call : waiting) {
            loop().cancel(call);
            call.assertFails(Status.CANCELLED);
            loop().cancel(call); // has ended: does nothing
        }
        for (Call call : waiting) {
            assertThat(call.hasEnded()).isFalse();
        }
    }

    @Test // F10: Linux goes on connecting
    void cancelledConnectLeavesAnEndpointThatConnectsElsewhere() {
        Endpoint full = bound(stream());
        assertSucceeds(full.listen(1));
        for (int i = 0; i < 2; i++) { // one more than asked for
            connect(stream(), name(full)).assertEnds(0);
        }
        Endpoint here = stream();
        Call connect = connect(here, name(full)); // Linux does not answer
        loop().cancel(connect);
        connect.assertFails(Status.CANCELLED);
        assertSucceeds(here.dissolve());
        Endpoint listener = listener();
        connect(here, name(listener)).assertEnds(0);
        accepted(accept(listener));
    }

    @Test
    void cancelOfWhatWasNeverStartedDoesNothing() {
        Pair pair = pair();
        Call never = new Call(Operation.Kind.RECEIVE, pair.there()).room(1);
        loop().cancel(never);
        start(never);
        send(pair.here(), "x").assertEnds(1);
        never.assertEnds(1);
    }

    @Test
    void cancelTakesNoOtherAlongAndNoByte() {
        Pair pair = pair();
        Call first = receive(pair.there(), 1);
        Call second = receive(pair.there(), 1);
        Call third = receive(pair.there(), 1);
        loop().cancel(second);
        second.assertFails(Status.CANCELLED);
        send(pair.here(), "ab").assertEnds(2);
        first.assertEnds(1);
        third.assertEnds(1);
        assertThat(List.of(first.text(), third.text())).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void cancelledSendTellsWhatHasGoneOut() {
        Pair pair = pair();
        Call send = sendLarge(pair.here());
        until("some of it", () -> pair.there().available() > 0);
        loop().cancel(send);
        send.end();
        assertThat(send.bytes).isBetween(1, LARGE - 1);
        assertSucceeds(pair.here().shutdown(false, true));
        assertThat(drain(pair.there())).isEqualTo(send.bytes);
    }

    @Test
    void cancelRightBehindTheStartLosesNoByte() {
        Pair pair = pair();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(1);
        int received = 0;
        for (int i = 0; i < 200; i++) {
            start(receive);
            if (i % 2 == 0) {
                send(pair.here(), "x").assertEnds(1);
            }
            loop().cancel(receive);
            receive.end();
            assertThat(receive.status).isIn(Status.SUCCESS, Status.CANCELLED);
            received += receive.bytes;
        }
        assertSucceeds(pair.here().shutdown(false, true));
        assertThat(received + drain(pair.there())).isEqualTo(100);
    }

    // ---- loops ----

    @Test
    void endedMayStartTheNextOperation() {
        Pair pair = pair();
        Call echo =
                new Call(Operation.Kind.RECEIVE, pair.there()) {
                    @Override
                    protected void ended() {
                        if (bytes > 0) {
                            kind = kind == Kind.RECEIVE ? Kind.SEND : Kind.RECEIVE;
                            moved = 0;
                            loop().start(this);
                        } else {
                            super.ended();
                        }
                    }
                };
        start(echo.room(1));
        for (int i = 0; i < 100; i++) {
            send(pair.here(), "x").assertEnds(1);
            receive(pair.here(), 1).assertEnds(1);
        }
        assertSucceeds(pair.here().shutdown(false, true));
        echo.assertEnds(0);
    }

    @Test
    void operationsEndWhoeverLeads() {
        Pair pair = pair();
        loop().lead().adopt();
        for (int i = 0; i < 200; i++) {
            Call receive = receive(pair.there(), 1);
            Call send = send(pair.here(), "x");
            until("both ends", () -> led(1_000_000) && receive.hasEnded() && send.hasEnded());
            receive.assertEnds(1);
            send.assertEnds(1);
        }
        letGo();
        receive(pair.there(), 1);
        send(pair.here(), "y").assertEnds(1);
    }

    @Test
    void defectInAnEndIsToldAndHurtsNoOther() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> told.complete(e));
        try {
            Pair pair = pair();
            Call bad =
                    new Call(Operation.Kind.RECEIVE, pair.there()) {
                        @Override
                        protected void ended() {
                            super.ended();
                            throw new IllegalStateException("a defect");
                        }
                    };
            start(bad.room(1));
            Call good = receive(pair.there(), 1);
            send(pair.here(), "xy").assertEnds(2);
            bad.assertEnds(1);
            good.assertEnds(1);
            // not by Awaitility, which would take the exception for itself
            assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("a defect");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void threadThatAnEndUnparksGoesOn() {
        Pair pair = pair();
        Thread waiter = Thread.currentThread();
        AtomicBoolean told = new AtomicBoolean();
        Call receive =
                new Call(Operation.Kind.RECEIVE, pair.there()) {
                    @Override
                    protected void ended() {
                        told.set(true);
                        loop().unpark(waiter);
                        super.ended();
                    }
                };
        start(receive.room(1));
        send(pair.here(), "x");
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT);
        while (!told.get()) {
            LockSupport.parkNanos(this, end - System.nanoTime());
            assertThat(System.nanoTime()).as("unparked").isLessThan(end);
        }
        receive.assertEnds(1);
    }

    @Test
    void retiredLoopEndsBehindWhatIsUnderWay() {
        Pair pair = pair();
        Loop other = engine().ownLoop();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(1);
        other.start(receive);
        other.retire();
        assertThat(other.isOver()).isFalse();
        send(pair.here(), "x").assertEnds(1);
        receive.assertEnds(1);
        until("the end of the loop", other::isOver);
    }

    @Test
    void engineIsNotSettledWhileAnOperationIsExpected() {
        engine().expect();
        try {
            assertThat(engine().settle()).isFalse();
        } finally {
            engine().hasCome();
        }
        until("settled", () -> engine().settle());
    }

    @Test
    void nothingIsLeftForTheEndOfTheProcess() {
        Pair pair = pair();
        send(pair.here(), "x").assertEnds(1);
        receive(pair.there(), 1).assertEnds(1);
        until("settled", () -> loop().settle());
    }
}
