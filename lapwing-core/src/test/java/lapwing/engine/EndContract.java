package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How connections end on every engine alike, and what is known of it. */
abstract class EndContract extends DatagramContract {
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

    @Test
    void bothSidesEndInOrder() {
        Pair pair = pair();
        assertSucceeds(pair.here().shutdown(false, true));
        assertThat(drain(pair.there())).isZero();
        assertSucceeds(pair.there().shutdown(false, true));
        assertThat(drain(pair.here())).isZero();
        assertThat(pair.here().isBroken()).isFalse();
        assertThat(pair.there().isBroken()).isFalse();
    }

    @Test // an engine that keeps the error for who reads tells that one alone
    void resetIsToldToWhoeverAsksForIt() {
        Pair pair = pair();
        assertThat(pair.there().isBroken()).isFalse();
        assertSucceeds(pair.here().set(Endpoint.Option.LINGER, 0));
        pair.here().close();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there()).room(1);
        until(
                "the reset",
                () ->
                        pair.there().isBroken()
                                || pair.there().attempt(receive) == Status.CONNECTION_RESET);
    }

    @Test
    void connectionWhosePeerRefusesWhatIsSentIsOver() {
        Pair pair = pair();
        pair.there().close();
        assertThat(drain(pair.here())).isZero();
        assertThat(pair.here().isOver()).isFalse();
        send(pair.here(), "anybody?").assertEnds(8);
        until("over", () -> pair.here().isOver());
    }

    @Test
    void dissolvedConnectionHasDeliveredAll() {
        Endpoint listener = listener();
        Endpoint here = bound(stream());
        Call accept = accept(listener);
        connect(here, name(listener)).assertEnds(0);
        Endpoint there = accepted(accept);
        assertSucceeds(there.shutdown(false, true));
        assertThat(drain(here)).isZero();
        send(here, "farewell").assertEnds(8);
        assertSucceeds(here.shutdown(false, true));
        until("delivered", here::isDelivered);
        assertSucceeds(here.dissolve());
        assertThat(drain(there)).isEqualTo(8);
    }

    @Test // F6
    void listenerThatIsShutDownLeavesItsPortWithAcceptsUnderWay() {
        Endpoint listener = listener();
        Address name = name(listener);
        Call accept = accept(listener);
        assertSucceeds(listener.shutdown(true, true));
        loop().cancel(accept);
        accept.end();
        assertThat(accept.status).isNegative();
        assertThat(accept.accepted).isNull();
        listener.close();
        assertSucceeds(stream().bind(name));
    }
}
