package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Operation;
import lapwing.engine.Status;

/** Two connected endpoints, made without a loop. */
record Connected(Endpoint here, Endpoint there) implements AutoCloseable {
    /** An operation that counts its ends. */
    static class Call extends Operation {
        volatile int ends;

        Call(Kind kind, Endpoint endpoint) {
            this.kind = kind;
            this.endpoint = endpoint;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread ends it, others look
        protected void ended() {
            ends++;
        }
    }

    static Connected open(Engine engine) {
        Endpoint listener = one(engine);
        Address address =
                new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(listener.bind(address)).isEqualTo(Status.SUCCESS);
        assertThat(listener.listen(1)).isPositive();
        listener.localAddress(address);
        Endpoint here = one(engine);
        ((UringEndpoint) here).connect(address);
        Call accept = new Call(Operation.Kind.ACCEPT, listener);
        long end = System.nanoTime() + 10_000_000_000L;
        while (listener.attempt(accept) == Status.WOULD_BLOCK) {
            assertThat(System.nanoTime()).as("accepting").isLessThan(end);
        }
        listener.close();
        return new Connected(here, Objects.requireNonNull(accept.accepted));
    }

    private static Endpoint one(Engine engine) {
        Engine.Opened opened = new Engine.Opened();
        assertThat(engine.open(false, false, opened)).isEqualTo(Status.SUCCESS);
        return Objects.requireNonNull(opened.endpoint);
    }

    @Override
    public void close() {
        here.close();
        there.close();
    }
}
