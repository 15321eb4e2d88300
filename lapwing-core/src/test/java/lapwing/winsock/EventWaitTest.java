package lapwing.winsock;

import static lapwing.winsock.Constants.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import lapwing.port.Ports;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits for events, alertable and not: DOC WSAWaitForMultipleEvents, WaitForMultipleObjects. */
class EventWaitTest extends WinsockContract {
    private final Event manual = event(true);
    private final Event auto = event(false);

    private Event event(boolean manualReset) {
        Event event = Kernel32.CreateEvent(manualReset, false);
        closing(() -> Kernel32.CloseHandle(event));
        return event;
    }

    private static int look(boolean all, Event... events) {
        return Winsock.WSAWaitForMultipleEvents(events.length, events, all, 0, false);
    }

    private static void assertRefused(int error, int count, @Nullable Event @Nullable ... events) {
        Winsock.WSASetLastError(0);
        assertThat(Winsock.WSAWaitForMultipleEvents(count, events, true, 0, false))
                .isEqualTo(WSA_WAIT_FAILED);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(error);
    }

    @Test
    void wsaEventBeginsUnsignalledAndKeepsItsSignalUntilItIsReset() {
        Event event = Winsock.WSACreateEvent();
        assertThat(look(false, event)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(Winsock.WSASetEvent(event)).isTrue();
        assertThat(look(false, event)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(look(false, event)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(Winsock.WSAResetEvent(event)).isTrue();
        assertThat(look(false, event)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(Winsock.WSACloseEvent(event)).isTrue();
        for (boolean done :
                new boolean[] {
                    Winsock.WSACloseEvent(event),
                    Winsock.WSASetEvent(event),
                    Winsock.WSAResetEvent(event)
                }) {
            assertThat(done).isFalse();
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSA_INVALID_HANDLE);
        }
    }

    @Test
    void waitForOneNamesTheLowestIndexAndUsesUpOnlyThatSignal() {
        Event other = event(false);
        Kernel32.SetEvent(auto);
        Kernel32.SetEvent(other);
        assertThat(look(false, manual, auto, other)).isEqualTo(WSA_WAIT_EVENT_0 + 1);
        assertThat(look(false, manual, auto, other)).isEqualTo(WSA_WAIT_EVENT_0 + 2);
        assertThat(look(false, manual, auto, other)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void waitForAllTakesNoSignalBeforeItHasEveryOne() {
        Event other = event(false);
        Kernel32.SetEvent(auto);
        assertThat(look(true, auto, other)).isEqualTo(WSA_WAIT_TIMEOUT);
        Kernel32.SetEvent(other);
        assertThat(look(true, other, auto)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(look(false, auto, other)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void badArgumentsAreRefused() {
        Event[] many = new Event[65];
        java.util.Arrays.fill(many, manual);
        Event closed = Winsock.WSACreateEvent();
        Winsock.WSACloseEvent(closed);
        assertRefused(WinsockError.WSA_INVALID_PARAMETER, 0, manual);
        assertRefused(WinsockError.WSA_INVALID_PARAMETER, 65, many);
        assertRefused(WinsockError.WSA_INVALID_PARAMETER, 2, manual);
        assertRefused(WinsockError.WSA_INVALID_PARAMETER, 2, manual, manual);
        assertRefused(WinsockError.WSA_INVALID_PARAMETER, 1, (Event[]) null);
        assertRefused(WinsockError.WSA_INVALID_HANDLE, 2, manual, closed);
        assertRefused(WinsockError.WSA_INVALID_HANDLE, 2, manual, null);
        assertThat(Kernel32.WaitForSingleObject(port(0), 0)).isEqualTo(WAIT_FAILED);
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_INVALID_HANDLE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signalEndsAWaitThatIsUnderWay(boolean virtual) throws Exception {
        Event second = event(false);
        for (boolean all : new boolean[] {false, true}) {
            Worker<Integer> worker =
                    onThread(
                            virtual,
                            () ->
                                    Winsock.WSAWaitForMultipleEvents(
                                            2, new Event[] {auto, second}, all, INFINITE, true));
            worker.until("waits", () -> LockSupport.getBlocker(worker.thread) instanceof EventWait);
            Kernel32.SetEvent(second);
            if (all) {
                Kernel32.SetEvent(auto);
            }
            assertThat(worker.result()).isEqualTo(all ? 0 : 1);
        }
    }

    @Test
    void anAutoResetEventLetsOneWaiterThroughForEachSignal() throws Exception {
        List<Worker<Integer>> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(onThread(() -> Kernel32.WaitForSingleObject(auto, LIMIT)));
        }
        for (int i = 0; i < 4; i++) {
            Kernel32.SetEvent(auto);
            until("taken", () -> !auto.isSignalled());
        }
        for (Worker<Integer> worker : workers) {
            assertThat(worker.result()).isEqualTo(WAIT_OBJECT_0);
        }
    }

    @Test
    void opposedWaitsForAllDoNotHoldEachOtherUp() throws Exception {
        Event other = event(false);
        AtomicInteger wins = new AtomicInteger();
        List<Worker<Void>> workers = new ArrayList<>();
        for (Event[] order : new Event[][] {{auto, other}, {other, auto}}) {
            workers.add(
                    onThread(() -> {
                        for (int i = 0; i < 500; i++) {
                            assertThat(Kernel32.WaitForMultipleObjects(2, order, true, LIMIT))
                                    .isEqualTo(WAIT_OBJECT_0);
                            wins.incrementAndGet();
                            Kernel32.SetEvent(order[1]);
                            Kernel32.SetEvent(order[0]);
                        }
                        return null;
                    }));
        }
        Kernel32.SetEvent(auto);
        Kernel32.SetEvent(other);
        for (Worker<Void> worker : workers) {
            worker.result();
        }
        assertThat(wins).hasValue(1000);
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Worker<Boolean> worker =
                onThread(() -> {
                    int result = Kernel32.WaitForSingleObject(manual, INFINITE);
                    return result == WinsockError.WAIT_TIMEOUT && Thread.interrupted();
                });
        worker.until("waits", () -> LockSupport.getBlocker(worker.thread) instanceof EventWait);
        worker.thread.interrupt();
        assertThat(worker.result()).isTrue();
    }

    @Test // O17 O20: a routine ends an alertable wait, and only that
    void completionRoutineRunsInAnAlertableWaitOnly() throws Exception {
        SocketHandle server = connected();
        Io io = new Io("x");
        List<Integer> ran = new ArrayList<>();
        int sent =
                Winsock.WSASend(
                        server,
                        io.buffers,
                        1,
                        null,
                        0,
                        io,
                        (error, bytes, o, flags) -> ran.add(bytes));
        assertThat(sent).isZero();
        assertThat(look(false, manual)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(ran).isEmpty();
        Event[] events = {manual};
        assertThat(Winsock.WSAWaitForMultipleEvents(1, events, false, LIMIT, true))
                .isEqualTo(WSA_WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(1);
        assertThat(Winsock.WSAWaitForMultipleEvents(1, events, false, 0, true))
                .isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test // O17: also if the operation ends while the thread waits, and a wait without time runs it
    void completionRoutineOfAPendingReceiveEndsTheWait() throws Exception {
        SocketHandle listener = listener();
        java.net.Socket client = client(listener);
        SocketHandle server = accepted(listener);
        List<Integer> ran = new ArrayList<>();
        Worker<Integer> worker =
                onThread(() -> {
                    Io io = new Io(10);
                    IntRef flags = new IntRef();
                    int begun =
                            Winsock.WSARecv(
                                    server,
                                    io.buffers,
                                    1,
                                    null,
                                    flags,
                                    io,
                                    (error, bytes, o, f) -> ran.add(bytes));
                    assertThat(begun).isEqualTo(SOCKET_ERROR);
                    return Kernel32.WaitForSingleObjectEx(manual, LIMIT, true);
                });
        worker.until("waits", () -> LockSupport.getBlocker(worker.thread) instanceof EventWait);
        write(client, "hello");
        assertThat(worker.result()).isEqualTo(WinsockError.WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(5);
    }

    @Test // P42: also if a routine in the middle of another wait has waited on another port
    void threadBelongsToThePortThatARoutineHasWaitedOn() throws Exception {
        CompletionPort first = port(1);
        CompletionPort second = port(1);
        SocketHandle listener = listener();
        java.net.Socket client = client(listener);
        SocketHandle server = accepted(listener);
        Worker<Boolean> worker =
                onThread(() -> {
                    Kernel32.PostQueuedCompletionStatus(first, 0, 1, null);
                    Kernel32.PostQueuedCompletionStatus(second, 0, 2, null);
                    assertThat(next(first).key()).isEqualTo(1);
                    assertThat(Ports.workedOnBy(ThreadState.current().portThread))
                            .isSameAs(first.port);
                    Io io = new Io(10);
                    List<Long> keys = new ArrayList<>();
                    Winsock.WSARecv(
                            server,
                            io.buffers,
                            1,
                            null,
                            new IntRef(),
                            io,
                            (error, bytes, o, flags) -> keys.add(next(second).key()));
                    assertThat(Kernel32.WaitForSingleObjectEx(manual, LIMIT, true))
                            .isEqualTo(WSA_WAIT_IO_COMPLETION);
                    assertThat(keys).containsExactly(2L);
                    return Ports.workedOnBy(ThreadState.current().portThread) == second.port;
                });
        worker.until("waits", () -> LockSupport.getBlocker(worker.thread) instanceof EventWait);
        client.getOutputStream().write('x');
        assertThat(worker.result()).isTrue();
    }

    @Test // as in the kernel of Windows: what can be satisfied at once is not alerted
    void signalGoesBeforeARoutineThatIsDue() throws Exception {
        SocketHandle server = connected();
        Io io = new Io("x");
        AtomicInteger ran = new AtomicInteger();
        Winsock.WSASend(
                server,
                io.buffers,
                1,
                null,
                0,
                io,
                (error, bytes, o, flags) -> ran.incrementAndGet());
        Kernel32.SetEvent(manual);
        assertThat(Kernel32.WaitForSingleObjectEx(manual, LIMIT, true)).isEqualTo(WAIT_OBJECT_0);
        assertThat(ran).hasValue(0);
        assertThat(Kernel32.SleepEx(LIMIT, true)).isEqualTo(WinsockError.WAIT_IO_COMPLETION);
        assertThat(ran).hasValue(1);
    }

    @Test // O21: one wait serves several operations by their events
    void oneWaitServesManyOperations() throws Exception {
        SocketHandle listener = listener();
        java.net.Socket[] clients = new java.net.Socket[3];
        Event[] events = new Event[3];
        Io[] ios = new Io[3];
        for (int i = 0; i < 3; i++) {
            clients[i] = client(listener);
            SocketHandle server = accepted(listener);
            events[i] = event(true);
            ios[i] = new Io(10);
            ios[i].hEvent = events[i];
            assertPends(receive(server, ios[i]));
        }
        write(clients[1], "b");
        assertThat(Winsock.WSAWaitForMultipleEvents(3, events, false, LIMIT, false)).isEqualTo(1);
        write(clients[0], "a");
        write(clients[2], "c");
        assertThat(Winsock.WSAWaitForMultipleEvents(3, events, true, LIMIT, false)).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(ios[i].text(1)).isEqualTo("" + "abc".charAt(i));
        }
    }

    @Test // DOC CancelIo: only what the calling thread has started
    void cancelIoLeavesOtherThreadsAlone() throws Exception {
        SocketHandle listener = listener();
        java.net.Socket client = client(listener);
        SocketHandle server = accepted(listener);
        CompletionPort port = port(0);
        associate(server, port, 1);
        Io first = new Io(4);
        assertPends(receive(server, first));
        assertThat(onThread(() -> Kernel32.CancelIo(server)).result()).isTrue();
        Io second = new Io(4);
        onThread(
                        () -> {
                            assertPends(receive(server, second));
                            return null;
                        })
                .result();
        assertThat(Kernel32.CancelIo(server)).isTrue();
        assertThat(next(port))
                .isEqualTo(new Packet(false, WinsockError.ERROR_OPERATION_ABORTED, 0, 1, first));
        write(client, "last");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, 1, second));
        Winsock.closesocket(server);
        assertThat(Kernel32.CancelIo(server)).isFalse();
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_INVALID_HANDLE);
    }

    private SocketHandle connected() throws Exception {
        SocketHandle listener = listener();
        client(listener);
        return accepted(listener);
    }

    private SocketHandle accepted(SocketHandle listener) {
        SocketHandle server = Winsock.accept(listener, null, null);
        assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
        closing(() -> Winsock.closesocket(server));
        return server;
    }
}
