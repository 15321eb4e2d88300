package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the datagrams of every engine do alike. */
abstract class DatagramContract extends EndpointContract {
    private Call receiveFrom(Endpoint endpoint, int length) {
        return new Call(Operation.Kind.RECEIVE_FROM, endpoint).room(length);
    }

    private void sendTo(Endpoint to, Endpoint from, String text) {
        Call send = new Call(Operation.Kind.SEND_TO, from).to(name(to));
        start(text.isEmpty() ? send : send.text(text)).assertEnds(text.length());
    }

    @Test
    void datagramTellsItsSender() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        for (String text : new String[] {"datagram", ""}) {
            Call receive = start(receiveFrom(there, 20));
            sendTo(there, here, text);
            receive.assertEnds(text.length());
            assertThat(receive.text()).isEqualTo(text);
            assertThat(receive.peer().same(name(here))).isTrue();
        }
    }

    @Test
    void datagramLongerThanItsBlocksIsCut() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        Call receive = start(receiveFrom(there, 2).room(2));
        sendTo(there, here, "too long");
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
        sendTo(there, datagrams(), "stranger");
        sendTo(there, here, "peer");
        receive.assertEnds(4);
        send(there, "answer").assertEnds(6);
        start(receiveFrom(here, 20)).assertEnds(6);
        assertSucceeds(there.setPeer(null));
        assertFails(there.peerAddress(new Address()), Status.INVALID_CONNECTION);
    }

    @Test
    void datagramsAreReceivedOneByOne() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        sendTo(there, here, "first");
        sendTo(there, here, "2nd");
        until("the first", () -> there.available() == 5);
        start(receiveFrom(there, 20)).assertEnds(5);
        until("the second", () -> there.available() == 3);
        start(receiveFrom(there, 20)).assertEnds(3);
        assertThat(there.available()).isZero();
    }

    @Test
    void peekLeavesTheDatagram() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        Call peek = start(receiveFrom(there, 20).with(Endpoint.PEEK));
        sendTo(there, here, "datagram");
        peek.assertEnds(8);
        assertThat(peek.peer().same(name(here))).isTrue();
        Call receive = start(receiveFrom(there, 20));
        receive.assertEnds(8);
        assertThat(receive.text()).isEqualTo("datagram");
    }

    @Test
    void attemptTakesADatagramThatIsThere() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        Call receive = receiveFrom(there, 20);
        assertFails(there.attempt(receive), Status.WOULD_BLOCK);
        Call send = new Call(Operation.Kind.SEND_TO, here).to(name(there)).text("tried");
        assertThat(here.attempt(send)).isEqualTo(5);
        until("the datagram", () -> there.available() == 5);
        assertThat(there.attempt(receive)).isEqualTo(5);
        assertThat(receive.peer().same(name(here))).isTrue();
    }

    @Test
    void anotherPeerDiscardsWhatHasCome() {
        Endpoint first = datagrams();
        Endpoint second = datagrams();
        Endpoint there = datagrams();
        assertSucceeds(there.setPeer(name(first)));
        sendTo(there, first, "first");
        until("the datagram", () -> there.available() == 5);
        assertSucceeds(there.setPeer(name(first))); // the same one
        assertThat(there.available()).isEqualTo(5);
        assertSucceeds(there.setPeer(name(second)));
        sendTo(there, second, "second");
        Call receive = receive(there, 20);
        receive.assertEnds(6);
        assertThat(receive.text()).isEqualTo("second");
    }

    @Test
    void cancelledReceiveTakesNoDatagram() {
        Endpoint here = datagrams();
        Endpoint there = datagrams();
        Call first = start(receiveFrom(there, 20));
        Call second = start(receiveFrom(there, 20));
        loop().cancel(first);
        first.assertFails(Status.CANCELLED);
        sendTo(there, here, "one");
        second.assertEnds(3);
    }
}
