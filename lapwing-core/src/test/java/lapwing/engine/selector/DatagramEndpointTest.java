package lapwing.engine.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams on a loop. */
@Timeout(30)
class DatagramEndpointTest {
    private static final class Call extends Operation {
        final CountDownLatch ends = new CountDownLatch(1);

        Call(Kind kind, Endpoint endpoint, int length) {
            this.kind = kind;
            this.endpoint = endpoint;
            addBlock(Arena.ofAuto().allocate(length), length);
        }

        @Override
        protected void ended() {
            ends.countDown();
        }

        void assertEnds(int bytes) throws InterruptedException {
            assertThat(ends.await(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
            assertThat(status).isEqualTo(Status.SUCCESS);
            assertThat(this.bytes).isEqualTo(bytes);
        }
    }

    /**
     * A send to somebody else than the peer takes in what has come from the peer. The socket is its
     * own peer here, so that something comes behind the receive's turn and before that send's.
     */
    @Test
    void receiveGetsWhatASendHasReadAhead() throws Exception {
        SelectorLoop loop = new SelectorLoop("datagrams");
        DatagramEndpoint endpoint = DatagramEndpoint.open(false);
        try {
            Address here =
                    new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(endpoint.bind(here)).isEqualTo(Status.SUCCESS);
            endpoint.localAddress(here);
            assertThat(endpoint.setPeer(here)).isEqualTo(Status.SUCCESS);
            Call receive = new Call(Operation.Kind.RECEIVE_FROM, endpoint, 20);
            Call send = new Call(Operation.Kind.SEND, endpoint, 10);
            Call aside = new Call(Operation.Kind.SEND_TO, endpoint, 1);
            aside.peer().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
            loop.start(receive);
            loop.start(send);
            loop.start(aside);
            loop.begin(); // all three in one round
            send.assertEnds(10);
            aside.assertEnds(1);
            receive.assertEnds(10);
        } finally {
            loop.retire();
            endpoint.close();
        }
    }
}
