package lapwing.winsock;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.NtStatus.*;
import static lapwing.winsock.Winsock.*;
import static lapwing.winsock.WinsockError.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A status compares with its constant as it stands, however a program writes it. */
class StatusComparisonTest extends WinsockContract {
    private final CompletionPort port = port(0);

    /** The entry of a receive that was cancelled. */
    private OverlappedEntry cancelled() throws Exception {
        Pair pair = pair(port, 7);
        Io io = new Io(10);
        assertPends(receive(pair.server(), io));
        assertThat(CancelIoEx(pair.server(), io)).isTrue();
        OverlappedEntry[] entries = OverlappedEntry.array(1);
        assertThat(GetQueuedCompletionStatusEx(port, entries, 1, new IntRef(), LIMIT, false))
                .isTrue();
        return entries[0];
    }

    @Test // K7
    void statusOfAnEntryEqualsItsConstant() throws Exception {
        OverlappedEntry entry = cancelled();
        assertThat(entry.Internal == STATUS_CANCELLED).isTrue();
        assertThat(entry.Internal == 0xC0000120).isTrue();
        assertThat(entry.Internal < 0).isTrue();
        long wide = entry.Internal;
        assertThat(wide == STATUS_CANCELLED).isTrue();
        assertThat(RtlNtStatusToDosError(entry.Internal)).isEqualTo(ERROR_OPERATION_ABORTED);
    }

    @Test // K7
    void statusOfAStructureEqualsItsConstant() throws Exception {
        Overlapped ended = cancelled().lpOverlapped;
        assertThat(ended.internal() == STATUS_CANCELLED).isTrue();
        Io pending = new Io(10);
        assertPends(receive(pair(port, 8).server(), pending));
        assertThat(pending.internal() == STATUS_PENDING).isTrue();
    }

    @Test
    void statusesAndErrorsCanBothBeImportedWhole() {
        assertThat(nameOf(WSAENOTSOCK)).isEqualTo("WSAENOTSOCK");
        assertThat(statusName(STATUS_CANCELLED)).isEqualTo("STATUS_CANCELLED");
        assertThat(closesocket(SocketHandle.INVALID_SOCKET)).isEqualTo(SOCKET_ERROR);
    }
}
