package lapwing.engine.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cancel right behind a start, while the loop's thread is anywhere in its round. */
@Timeout(30)
class CancelOfAStartedTest {
    private static final class Call extends Operation {
        final CountDownLatch ends = new CountDownLatch(1);

        Call(Kind kind, Endpoint endpoint) {
            this.kind = kind;
            this.endpoint = endpoint;
        }

        @Override
        protected void ended() {
            ends.countDown();
        }

        void assertEnds(int status) throws InterruptedException {
            assertThat(ends.await(20, TimeUnit.SECONDS)).as("it has ended").isTrue();
            assertThat(this.status).isEqualTo(status);
        }
    }

    /** An endpoint on which nothing moves but the test, from the loop's thread. */
    private static final class Silent extends SelectorEndpoint implements AutoCloseable {
        private final DatagramChannel channel = DatagramChannel.open();

        /** What to do when an operation is tried the next time; once. */
        volatile Runnable when = () -> {};

        Silent() throws IOException {
            super(false);
            channel.configureBlocking(false);
        }

        @Override
        int progress(Operation operation) {
            Runnable now = when;
            when = () -> {};
            now.run();
            return Status.WOULD_BLOCK;
        }

        @Override
        SelectableChannel channel() {
            return channel;
        }

        @Override
        boolean isConnecting() {
            return false;
        }

        @Override
        int readsAhead() {
            return 0;
        }

        @Override
        public int bind(Address address) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int listen(int backlog) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int localAddress(Address result) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int peerAddress(Address result) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int set(Option option, int value) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int get(Option option) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int member(Address group, int network, boolean join) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int shutdown(boolean receive, boolean send) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public int attempt(Operation operation) {
            return Status.WOULD_BLOCK;
        }

        @Override
        public int setPeer(Address peer) {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public int dissolve() {
            return Status.NOT_SUPPORTED;
        }

        @Override
        public void close() {
            discard(channel);
        }
    }

    @Test
    void cancelBetweenTheNotesAndTheirEndpointsTurnIsNotLost() throws Exception {
        SelectorLoop loop = new SelectorLoop("cancel");
        try (Silent first = new Silent();
                Silent second = new Silent()) {
            Call wakes = new Call(Operation.Kind.RECEIVE, first);
            Call late = new Call(Operation.Kind.RECEIVE, second);
            first.when = // both have their turn in the next round, in this order
                    () -> {
                        first.when =
                                () -> {
                                    loop.start(late);
                                    loop.cancel(late);
                                };
                        loop.touch(first.on(loop));
                        loop.touch(second.on(loop));
                    };
            loop.start(wakes);
            loop.begin();
            late.assertEnds(Status.CANCELLED);
            loop.cancel(wakes);
            wakes.assertEnds(Status.CANCELLED);
        } finally {
            loop.retire();
        }
    }

    @Test
    void cancelOfWhatTheThreadHasNotSeenYetIsNotLost() throws Exception {
        SelectorLoop loop = new SelectorLoop("cancel");
        try (Silent only = new Silent()) {
            Call call = new Call(Operation.Kind.RECEIVE, only);
            loop.start(call);
            loop.cancel(call);
            loop.begin();
            call.assertEnds(Status.CANCELLED);
        } finally {
            loop.retire();
        }
    }
}
