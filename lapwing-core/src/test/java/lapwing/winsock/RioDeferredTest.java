package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests of registered I/O that wait for a commit. */
class RioDeferredTest extends RioContract {
    @Test // R7
    void deferredSendsGoOutWithTheCommit() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(send(link.queue(), text(0, "a"), DEFER, 1)).isZero();
        assertThat(send(link.queue(), text(1, "b"), DEFER, 2)).isZero();
        assertThat(receive(link.queue(), part(100, 1), 0, 9)).isZero(); // commits receives only
        write(link.client(), "!");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 9));
        assertEmpty(results);
        assertThat(link.client().getInputStream().available()).isZero();
        assertThat(error(RIO.RIOSend.call(link.queue(), null, 0, COMMIT, 0))).isZero();
        assertThat(read(link.client(), 2)).isEqualTo("ab");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 2));
        assertThat(error(RIO.RIOSend.call(link.queue(), null, 0, COMMIT, 0))).isZero();
        assertEmpty(results);
    }

    @Test // R7
    void requestThatIsNotDeferredStartsThoseBeforeIt() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(send(link.queue(), text(i, "" + i), DEFER, i)).isZero();
        }
        assertThat(send(link.queue(), text(3, "3"), 0, 3)).isZero();
        assertThat(read(link.client(), 4)).isEqualTo("0123");
        write(link.client(), "4567");
        for (int i = 0; i < 4; i++) {
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, i));
            assertThat(receive(link.queue(), part(i, 1), i < 3 ? DEFER : QUIET, i)).isZero();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(next(results)).isEqualTo(new Result(0, 1, 0, i));
        }
        assertThat(text(0, 4)).isEqualTo("4567");
    }

    @Test // R7: no other flag, no data, no context
    void commitTakesNothingElse() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        RioRequestQueue q = link.queue();
        RioBuf data = part(0, 1);
        assertThat(error(RIO.RIOSend.call(q, data, 1, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, null, 0, COMMIT | QUIET, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceive.call(q, null, 0, COMMIT, 1)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, null, 0, null, null, null, data, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceive.call(null, null, 0, COMMIT, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // refused only when it is its turn: the result tells
    void deferredRequestThatCannotStartEndsWithTheError() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(send(link.queue(), text(0, "a"), DEFER, 1)).isZero();
        assertSucceeds(Winsock.shutdown(link.socket(), Constants.SD_SEND));
        assertThat(error(RIO.RIOSend.call(link.queue(), null, 0, COMMIT, 0))).isZero();
        assertThat(next(results)).isEqualTo(new Result(WinsockError.WSAESHUTDOWN, 0, 0, 1));
        assertThat(send(link.queue(), text(0, "a"), 0, 2)).isEqualTo(WinsockError.WSAESHUTDOWN);
    }
}
