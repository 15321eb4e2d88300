package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import lapwing.engine.Address;
import lapwing.socket.Connection;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a connection when its socket is used again: nothing (D18), but an end owed. */
@Timeout(30)
class ConnectionTest extends WinsockContract {
    private static final Connection NONE = new Connection();

    /** Gives every field another value than it has in a new one; fails for one it can't fill. */
    private static void fill(Connection connection) throws IllegalAccessException {
        for (Field field : Connection.class.getDeclaredFields()) {
            if (Modifier.isFinal(field.getModifiers())) {
                continue;
            }
            Class<?> type = field.getType();
            field.setAccessible(true);
            if (type == boolean.class) {
                field.setBoolean(connection, true);
            } else if (type == int.class || type == long.class) {
                field.setInt(connection, 1);
            } else if (type == Address.class) {
                field.set(connection, new Address());
            } else if (type == Request.class) {
                field.set(connection, new OverlappedRequest(new Overlapped()));
            } else {
                throw new AssertionError("a value for " + field);
            }
            assertThat(field.get(connection)).as(field::toString).isNotEqualTo(field.get(NONE));
        }
    }

    /** What a socket has of its last connection while it has no other (Disconnecting). */
    private static void oweAnEnd(SocketHandle s) throws ReflectiveOperationException {
        Field owed = Connection.class.getDeclaredField("endOwed");
        owed.setAccessible(true);
        synchronized (s.socket) {
            owed.setBoolean(s.socket.connection, true);
            s.socket.connection.broken = 1;
        }
    }

    private static void assertIsNew(SocketHandle s) {
        assertThat(s.socket.connection)
                .usingRecursiveComparison()
                .ignoringFields("accepted", "peer", "since", "isThere", "contextDue")
                .isEqualTo(NONE);
    }

    @Test
    void connectionThatBeginsOwesNoEnd() throws Exception {
        CompletionPort port = port(1);
        SocketHandle listener = listener();
        SocketHandle server = socket();
        SocketHandle client = bound();
        oweAnEnd(server);
        oweAnEnd(client);
        associate(listener, port, 0);
        associate(client, port, 0);
        assertPends(accept(listener, server, new Io(2 * AREA)));
        assertPends(connect(client, name(listener), new Overlapped()));
        assertThat(next(port).ok()).isTrue();
        assertThat(next(port).ok()).isTrue();
        assertIsNew(server);
        assertIsNew(client);
    }

    @Test
    void socketThatIsUsedAgainHasNoFieldOfItsConnectionBefore() throws Exception {
        SocketHandle s = socket();
        synchronized (s.socket) {
            fill(s.socket.connection);
            s.socket.disconnected(Socket.State.CREATED);
        }
        assertThat(s.socket.connection).usingRecursiveComparison().isEqualTo(NONE);
    }

    @Test // D18
    void disconnectExWithReuseDropsTheConnection() throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port, 1);
        Connection before = pair.server().socket.connection;
        assertThat(before.accepted).isTrue();
        assertThat(before.peer).isNotNull();
        pair.client().close();
        assertPends(disconnect(pair.server(), new Overlapped()));
        assertThat(next(port).ok()).isTrue();
        assertThat(pair.server().socket.connection).isNotSameAs(before);
        assertThat(pair.server().socket.connection).usingRecursiveComparison().isEqualTo(NONE);
    }
}
