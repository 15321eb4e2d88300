package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code --idle} with data that is in the kernel's hands: the gateway has sent all of it, and the
 * client takes it slowly or not at all.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class IdleTest {
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final int ANSWER = 900_000;
    private static final int STEP = 30_000;

    /** Far less than {@link #IDLE}; all steps together take far more. */
    private static final long PACE = Duration.ofMillis(80).toNanos();

    @BeforeEach
    void onlyOneEngineKnowsWhatPeersHaveTaken() {
        assumeTrue(Engines.current().name().equals("uring"));
    }

    private static TestBackend backend() throws IOException {
        return TestBackend.with((socket, in, out) -> {
            in.read();
            out.write(new byte[ANSWER]);
        });
    }

    /** A client whose kernel takes little that the client has not read. */
    private static Socket ask(Gateway gateway) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(8 << 10);
        client.setSoTimeout(10_000);
        client.connect(gateway.address(), 10_000);
        client.getOutputStream().write(1);
        return client;
    }

    private static int readSlowly(InputStream in) throws IOException {
        int sum = 0;
        byte[] step = new byte[STEP];
        for (int n = in.readNBytes(step, 0, STEP); n > 0; n = in.readNBytes(step, 0, STEP)) {
            sum += n;
            LockSupport.parkNanos(PACE);
        }
        return sum;
    }

    @Test
    void clientThatStillTakesWhatTheKernelHasIsNotIdle() throws IOException {
        try (TestBackend backend = backend();
                Gateway gateway = new Setup().to(backend).idle(IDLE).start();
                Socket client = ask(gateway)) {
            assertThat(readSlowly(client.getInputStream())).isEqualTo(ANSWER);
        }
    }

    @Test
    void clientThatTakesNothingOfWhatTheKernelHasIsIdle() throws IOException {
        try (TestBackend backend = backend();
                Gateway gateway = new Setup().to(backend).idle(IDLE).start();
                Socket client = ask(gateway)) {
            Setup.until(gateway, t -> t.ended(End.IDLE) == 1);
            assertThatThrownBy(() -> readSlowly(client.getInputStream()))
                    .isInstanceOf(SocketException.class);
        }
    }
}
