package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A completion key that is an object: attached to the handle, it comes with the packet. */
class AttachmentTest extends WinsockContract {
    private final Object first = new Object();
    private final Object second = new Object();
    private final LongRef key = new LongRef();
    private final Ref<Overlapped> overlapped = new Ref<>();

    /** What came with the next packet. */
    private Object next(CompletionPort port, boolean good) {
        boolean ok = Kernel32.GetQueuedCompletionStatus(port, new IntRef(), key, overlapped, LIMIT);
        assertThat(ok).isEqualTo(good);
        return key.attachment;
    }

    @Test
    void handleKeepsWhatIsAttached() {
        SocketHandle s = socket();
        assertThat(s.attachment()).isNull();
        assertThat(s.attach(first)).isNull();
        assertThat(s.attach(second)).isSameAs(first);
        assertThat(s.attachment()).isSameAs(second);
        assertThat(s.attach(null)).isSameAs(second);
        assertThat(s.attachment()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void packetBringsTheAttachmentOfItsHandle(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        Pair one = pair(port, 1);
        Pair two = pair(port, 2);
        one.server().attach(first);
        two.server().attach(second);
        Io io = new Io(10);
        assertPends(receive(two.server(), io));
        write(two.client(), "x");
        assertThat(next(port, true)).isSameAs(second);
        assertThat(key.value).isEqualTo(2);
        assertThat(overlapped.value).isSameAs(io);
        assertPends(receive(one.server(), io));
        write(one.client(), "x");
        assertThat(next(port, true)).isSameAs(first);
    }

    @Test
    void entryBringsItToo() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        pair.server().attach(first);
        assertPends(receive(pair.server(), new Io(10)));
        write(pair.client(), "x");
        OverlappedEntry[] entries = OverlappedEntry.array(4);
        assertThat(
                        Kernel32.GetQueuedCompletionStatusEx(
                                port, entries, 4, new IntRef(), LIMIT, false))
                .isTrue();
        assertThat(entries[0].attachment).isSameAs(first);
    }

    @Test
    void packetOfAClosedHandleBringsItStill() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        pair.server().attach(first);
        assertPends(receive(pair.server(), new Io(10)));
        assertSucceeds(Winsock.closesocket(pair.server()));
        assertThat(next(port, false)).isSameAs(first);
        assertThat(pair.server().attachment()).isSameAs(first);
    }

    @Test
    void postedPacketBringsWhatWasPosted() {
        CompletionPort port = port(0);
        Overlapped structure = new Overlapped();
        assertThat(Kernel32.PostQueuedCompletionStatus(port, 3, 4, first, structure)).isTrue();
        assertThat(Kernel32.PostQueuedCompletionStatus(port, 3, 4, structure)).isTrue();
        assertThat(next(port, true)).isSameAs(first);
        assertThat(key.value).isEqualTo(4);
        assertThat(overlapped.value).isSameAs(structure);
        assertThat(next(port, true)).isNull();
    }

    @Test
    void acceptBringsTheListeners() throws Exception {
        CompletionPort port = port(0);
        SocketHandle listener = listener();
        associate(listener, port, 1);
        SocketHandle accepted = socket();
        listener.attach(first);
        accepted.attach(second);
        assertPends(accept(listener, accepted, new Io(2 * AREA)));
        client(listener);
        assertThat(next(port, true)).isSameAs(first);
        assertThat(accepted.attachment()).isSameAs(second);
    }

    @Test // P5
    void waitThatBringsNothingLeavesItAlone() {
        key.attachment = first;
        boolean ok = Kernel32.GetQueuedCompletionStatus(port(0), new IntRef(), key, overlapped, 0);
        assertThat(ok).isFalse();
        assertThat(key.attachment).isSameAs(first);
    }

    @Test // more than the queue begins with
    void manyWaitingPacketsKeepTheirOwn() {
        CompletionPort port = port(0);
        for (int i = 0; i < 200; i++) {
            Kernel32.PostQueuedCompletionStatus(port, 0, i, "packet " + i, null);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(next(port, true)).isEqualTo("packet " + i);
        }
    }
}
