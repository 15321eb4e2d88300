package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connects of one endpoint, with data and without. */
@Timeout(30)
class ConnectTest {
    private static final class Connect extends Operation {
        final CountDownLatch ended = new CountDownLatch(1);

        @Override
        protected void ended() {
            ended.countDown();
        }
    }

    private final Endpoint endpoint;
    private final Engine engine;

    ConnectTest() {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        engine = Engines.current();
        Engine.Opened opened = new Engine.Opened();
        assertThat(engine.open(false, false, opened)).isEqualTo(Status.SUCCESS);
        endpoint = Objects.requireNonNull(opened.endpoint);
    }

    private Connect connect(ServerSocket to, int bytes) throws InterruptedException {
        Connect connect = new Connect();
        connect.kind = Operation.Kind.CONNECT;
        connect.endpoint = endpoint;
        connect.peer().set((InetSocketAddress) to.getLocalSocketAddress());
        if (bytes > 0) {
            connect.addBlock(Arena.ofAuto().allocate(bytes), bytes);
        }
        engine.commonLoop().start(connect);
        assertThat(connect.ended.await(10, TimeUnit.SECONDS)).as("ended").isTrue();
        return connect;
    }

    @Test
    void onlyAConnectWithDataHoldsTheAcknowledgementBack() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            for (int bytes : new int[] {64, 0, 64, 64, 0}) {
                Connect connect = connect(listener, bytes);
                assertThat(connect.status).isEqualTo(Status.SUCCESS);
                assertThat(connect.bytes).isEqualTo(bytes);
                assertThat(endpoint.get(Endpoint.Option.DEFER_ACCEPT) > 0).isEqualTo(bytes > 0);
                try (Socket accepted = listener.accept()) {
                    assertThat(accepted.getInputStream().readNBytes(bytes)).hasSize(bytes);
                }
                assertThat(endpoint.dissolve()).isEqualTo(Status.SUCCESS);
            }
        } finally {
            endpoint.close();
        }
    }

    @Test
    void aListenerThatOnceConnectedDefersAsItWasTold() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            assertThat(endpoint.set(Endpoint.Option.DEFER_ACCEPT, 5)).isEqualTo(Status.SUCCESS);
            connect(listener, 1);
            listener.accept().close();
            assertThat(endpoint.dissolve()).isEqualTo(Status.SUCCESS);
            assertThat(endpoint.listen(1)).isEqualTo(1);
            assertThat(endpoint.get(Endpoint.Option.DEFER_ACCEPT)).isGreaterThanOrEqualTo(5);
        } finally {
            endpoint.close();
        }
    }

    @Test
    void aListenerThatOnceConnectedWithDataDefersNothing() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            connect(listener, 1);
            listener.accept().close();
            assertThat(endpoint.dissolve()).isEqualTo(Status.SUCCESS);
            Address any =
                    new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(endpoint.bind(any)).isEqualTo(Status.SUCCESS);
            assertThat(endpoint.listen(1)).isEqualTo(1);
            assertThat(endpoint.get(Endpoint.Option.DEFER_ACCEPT)).isZero();
        } finally {
            endpoint.close();
        }
    }
}
