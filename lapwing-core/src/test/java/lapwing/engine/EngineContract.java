package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every engine does alike, here its operations, above its timers and endpoints. Each engine
 * has a test class of a few lines that says how it is opened; what it does in a way of its own is
 * tested beside it.
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

    // ---- ends ----

    @Test
    void endOfTheStreamIsAReceiveOfNoBytes() {
        Pair pair = pair();
        send(pair.here(), "last").assertEnds(4);
        assertSucceeds(pair.here().shutdown(false, true));
        assertThat(drain(pair.there())).isEqualTo(4);
        send(pair.there(), "answer").assertEnds(6); // the other direction goes on
        receive(pair.here(), 9).assertEnds(6);
    }

    @Test
    void waitForTheEndTellsDataFromTheEnd() {
        Pair pair = pair();
        Call data = start(new Call(Operation.Kind.AWAIT_CLOSE, pair.there()));
        send(pair.here(), "x").assertEnds(1);
        data.assertEnds(1);
        receive(pair.there(), 1).assertEnds(1);
        Call end = start(new Call(Operation.Kind.AWAIT_CLOSE, pair.there()));
        assertSucceeds(pair.here().shutdown(false, true));
        end.assertEnds(0);
    }

    @Test
    void resetEndsTheReceiveUnderWay() {
        Pair pair = pair();
        Call receive = receive(pair.there(), 1);
        assertSucceeds(pair.here().set(Endpoint.Option.LINGER, 0));
        loop().close(pair.here());
        receive.assertFails(Status.CONNECTION_RESET);
    }

    @Test
    void sendToAPeerThatIsGoneEndsTheConnection() {
        Pair pair = pair();
        pair.there().close();
        Call send = new Call(Operation.Kind.SEND, pair.here()).text("anybody?");
        do {
            start(send).end();
        } while (send.status == Status.SUCCESS);
        assertThat(Status.endsConnection(send.status)).isTrue();
    }

    @Test
    void closeBehindASendDeliversItFirst() {
        Pair pair = pair();
        Call send = send(pair.here(), "farewell");
        boolean closed = loop().closeBehind(send, pair.here());
        send.assertEnds(8);
        if (!closed) {
            loop().close(pair.here());
        }
        assertThat(drain(pair.there())).isEqualTo(8);
    }

    @Test
    void sendThatTheEndFollowsIsDelivered() {
        Pair pair = pair();
        Call send = send(pair.here(), "farewell");
        loop().endFollows(send);
        send.assertEnds(8);
        assertSucceeds(pair.here().shutdown(false, true));
        assertThat(drain(pair.there())).isEqualTo(8);
    }

    // ---- datagrams ----

    @Test
    void datagramTellsItsSender() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        for (String text : new String[] {"datagram", ""}) {
            Call receive = start(new Call(Operation.Kind.RECEIVE_FROM, there).room(20));
            Call send = new Call(Operation.Kind.SEND_TO, here).to(name(there));
            start(text.isEmpty() ? send : send.text(text)).assertEnds(text.length());
            receive.assertEnds(text.length());
            assertThat(receive.text()).isEqualTo(text);
            assertThat(receive.peer().same(name(here))).isTrue();
        }
    }

    @Test
    void datagramLongerThanItsBlocksIsCut() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        Call receive = start(new Call(Operation.Kind.RECEIVE_FROM, there).room(2).room(2));
        start(new Call(Operation.Kind.SEND_TO, here).to(name(there)).text("too long"))
                .assertEnds(8);
        receive.assertFails(Status.BUFFER_OVERFLOW);
        assertThat(receive.text()).isEqualTo("too ");
        assertThat(receive.resultFlags & Endpoint.TRUNCATED).isNotZero();
    }

    @Test
    void endpointWithAPeerHearsNobodyElse() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        assertSucceeds(there.setPeer(name(here)));
        Call receive = receive(there, 20);
        Call stranger = new Call(Operation.Kind.SEND_TO, datagrams()).to(name(there));
        start(stranger.text("stranger")).assertEnds(8);
        start(new Call(Operation.Kind.SEND_TO, here).to(name(there)).text("peer")).assertEnds(4);
        receive.assertEnds(4);
        send(there, "answer").assertEnds(6);
        start(new Call(Operation.Kind.RECEIVE_FROM, here).room(20)).assertEnds(6);
        assertSucceeds(there.setPeer(null));
        assertFails(there.peerAddress(new Address()), Status.INVALID_CONNECTION);
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
    void nothingIsLeftForTheEndOfTheProcess() {
        Pair pair = pair();
        send(pair.here(), "x").assertEnds(1);
        receive(pair.there(), 1).assertEnds(1);
        until("settled", () -> loop().settle());
    }
}
