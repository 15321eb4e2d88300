package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.uring.ModelLoop;

/** A loop that wants a descriptor is told of each that is closed, on whatever loop. */
class FreeDescriptorsTest extends WinsockContract {
    @OnEachPort // uring-facts F4
    void closedSocketOfAnotherLoopMayBeTheOneThatIsWanted(PortKind kind) {
        AtomicInteger told = new AtomicInteger();
        ModelLoop loop =
                new ModelLoop(() -> {}) {
                    @Override
                    public void descriptorIsFree() {
                        told.incrementAndGet();
                    }
                };
        FreeDescriptors.want(loop);
        CompletionPort port = port(kind.concurrency);
        SocketHandle socket = bound();
        associate(socket, port, 1);
        kind.lead(port);
        int before = told.get();
        assertSucceeds(Winsock.closesocket(socket));
        until(
                "told",
                () -> {
                    next(port, 0); // a leader closes with its next batch
                    return told.get() > before;
                });
        FreeDescriptors.found(loop);
        int after = told.get();
        assertSucceeds(Winsock.closesocket(bound()));
        assertThat(told.get()).isEqualTo(after);
    }
}
