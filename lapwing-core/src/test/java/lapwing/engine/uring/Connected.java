package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Supplier;
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
        return open(() -> one(engine));
    }

    /** Two of them on a machine that may have no ring. */
    static Connected open() {
        return open(Connected::one);
    }

    private static Connected open(Supplier<Endpoint> sockets) {
        Endpoint listener = sockets.get();
        Address address =
                new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(listener.bind(address)).isEqualTo(Status.SUCCESS);
        assertThat(listener.listen(1)).isPositive();
        listener.localAddress(address);
        Endpoint here = sockets.get();
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

    private static Endpoint one() {
        int type = 1 | UringEndpoint.SOCK_CLOEXEC | UringEndpoint.SOCK_NONBLOCK;
        int family = SockaddrLayout.AF_INET;
        int fd = (int) CallMemory.single(SyscallNumbers.SOCKET, family, type, 0, 0);
        assertThat(fd).isPositive();
        return UringEndpoint.of(fd, false);
    }

    @Override
    public void close() {
        here.close();
        there.close();
    }
}
