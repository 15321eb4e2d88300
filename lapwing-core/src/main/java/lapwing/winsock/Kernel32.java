package lapwing.winsock;

import lapwing.port.Deadline;
import lapwing.port.Port;
import lapwing.socket.Cancelling;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * What Winsock programs use of {@code kernel32}: completion ports, events, cancellation, alertable
 * sleep. Names and parameters as in the Windows SDK; BOOL is boolean, DWORD is int, and a failure
 * leaves its code in {@link #GetLastError}. All functions are safe for any number of threads; those
 * that wait may be called on virtual threads, and return early with the interrupt status set if the
 * thread is interrupted.
 */
public final class Kernel32 {
    private Kernel32() {}

    /** The calling thread's last error; the same place as {@link Winsock#WSAGetLastError}. */
    public static int GetLastError() {
        return ThreadState.current().lastError;
    }

    /** Sets the calling thread's last error. */
    public static void SetLastError(int dwErrCode) {
        ThreadState.current().lastError = dwErrCode;
    }

    /**
     * Makes a completion port, or associates a socket with one, for the socket's life (P1–P3, P37).
     *
     * @param FileHandle {@code INVALID_SOCKET} (which is {@code INVALID_HANDLE_VALUE}) for a new
     *     port, or a socket
     * @param ExistingCompletionPort null for a new port, or the port
     * @param CompletionKey what comes with every packet of the socket; if it is to be an object,
     *     see {@link SocketHandle#attach}
     * @param NumberOfConcurrentThreads of a new port: how many threads may work on its packets at a
     *     time, as far as that can be seen, see {@link CompletionPort}; 0 for as many as there are
     *     processors. 1 gives the port a ring of its own that its waiter may come to lead. Ignored
     *     for a port that exists (P2)
     * @return the port, or null: {@code ERROR_INVALID_PARAMETER}, {@code ERROR_INVALID_HANDLE}
     * @see <a
     *     href="https://learn.microsoft.com/windows/win32/fileio/createiocompletionport">MSDN</a>
     */
    public static @Nullable CompletionPort CreateIoCompletionPort(
            @Nullable Handle FileHandle,
            @Nullable CompletionPort ExistingCompletionPort,
            long CompletionKey,
            int NumberOfConcurrentThreads) {
        if (FileHandle == SocketHandle.INVALID_SOCKET) {
            if (ExistingCompletionPort != null) {
                ThreadState.fail(WinsockError.ERROR_INVALID_PARAMETER);
                return null;
            }
            return new CompletionPort(NumberOfConcurrentThreads);
        }
        if (!(FileHandle instanceof SocketHandle handle) || !handle.isOpen()) {
            ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
            return null;
        }
        return associate(
                handle.socket, ExistingCompletionPort, CompletionKey, NumberOfConcurrentThreads);
    }

    private static @Nullable CompletionPort associate(
            Socket socket, @Nullable CompletionPort existing, long key, int concurrency) {
        synchronized (socket) {
            int error = refusal(socket);
            CompletionPort port = existing;
            if (error == 0) {
                // not before it is sure to be used: a port comes with descriptors and a thread
                port = port == null ? new CompletionPort(concurrency) : port;
                error = port.port.associate() ? 0 : WinsockError.ERROR_INVALID_HANDLE;
            }
            if (error != 0 || port == null) {
                ThreadState.fail(error);
                return null;
            }
            socket.port = port.port;
            socket.key = key;
            return port;
        }
    }

    /** Why a socket cannot come to a port, 0 if it can. Holding its monitor. */
    private static int refusal(Socket socket) {
        if (!socket.isOpen()) {
            return WinsockError.ERROR_INVALID_HANDLE;
        }
        boolean cannot = socket.port != null || !socket.overlapped;
        return cannot ? WinsockError.ERROR_INVALID_PARAMETER : 0;
    }

    /**
     * Takes one packet. False with a structure is a failed operation, whose error is the last error
     * (P7); false without one is {@code WAIT_TIMEOUT}, {@code ERROR_ABANDONED_WAIT_0} or {@code
     * ERROR_INVALID_HANDLE} (P5, P21, P22).
     *
     * @param dwMilliseconds 0 polls, {@code INFINITE} waits for ever
     * @return true if there is a packet of a successful operation, or a posted one
     */
    public static boolean GetQueuedCompletionStatus(
            @Nullable CompletionPort CompletionPort,
            @Nullable IntRef lpNumberOfBytesTransferred,
            @Nullable LongRef lpCompletionKey,
            @Nullable Ref<Overlapped> lpOverlapped,
            int dwMilliseconds) {
        if (CompletionPort == null
                || lpNumberOfBytesTransferred == null
                || lpCompletionKey == null
                || lpOverlapped == null) {
            if (lpOverlapped != null) {
                lpOverlapped.value = null; // P22
            }
            return refused(CompletionPort);
        }
        ThreadState state = ThreadState.current();
        OverlappedEntry[] one = state.one;
        int taken;
        try {
            taken = CompletionPort.port.take(state.portThread, one, 1, dwMilliseconds, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            taken = 0;
        }
        if (taken <= 0) {
            lpOverlapped.value = null;
            return ThreadState.fail(nothing(taken));
        }
        OverlappedEntry entry = one[0];
        lpNumberOfBytesTransferred.value = entry.dwNumberOfBytesTransferred;
        lpCompletionKey.value = entry.lpCompletionKey;
        lpCompletionKey.attachment = entry.attachment;
        lpOverlapped.value = entry.lpOverlapped;
        entry.lpOverlapped = null;
        entry.attachment = null;
        int status = entry.Internal;
        if (status < 0) {
            state.lastError = NtStatus.toWin32(status);
            return false;
        }
        return true;
    }

    /** A call with a null for its handle, or for something else. */
    private static boolean refused(@Nullable Handle handle) {
        return ThreadState.fail(
                handle == null
                        ? WinsockError.ERROR_INVALID_HANDLE
                        : WinsockError.ERROR_INVALID_PARAMETER);
    }

    private static int nothing(int taken) {
        return taken == 0
                ? WinsockError.WAIT_TIMEOUT
                : taken == Port.ABANDONED
                        ? WinsockError.ERROR_ABANDONED_WAIT_0
                        : WinsockError.ERROR_INVALID_HANDLE;
    }

    /**
     * Takes up to {@code ulCount} packets, in order; waits for the first. Outcomes are in the
     * entries' {@code Internal}, not in the last error. An element that is null is made.
     *
     * @param fAlertable true lets completion routines of this thread run; then false with {@code
     *     WAIT_IO_COMPLETION}
     * @return true if there is a packet
     */
    public static boolean GetQueuedCompletionStatusEx(
            @Nullable CompletionPort CompletionPort,
            @Nullable OverlappedEntry @Nullable [] lpCompletionPortEntries,
            int ulCount,
            @Nullable IntRef ulNumEntriesRemoved,
            int dwMilliseconds,
            boolean fAlertable) {
        if (CompletionPort == null
                || lpCompletionPortEntries == null
                || ulNumEntriesRemoved == null) {
            return refused(CompletionPort);
        }
        if (ulCount <= 0 || ulCount > lpCompletionPortEntries.length) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_PARAMETER);
        }
        ThreadState state = ThreadState.current();
        RoutineQueue routines = fAlertable ? state.routines : null;
        if (routines != null) {
            // first: a routine that gets due from now on wakes the wait
            routines.waitsOn(CompletionPort.port.loop());
            if (routines.run()) {
                routines.waitsOn(null);
                return ThreadState.fail(WinsockError.WAIT_IO_COMPLETION);
            }
        }
        int taken;
        try {
            taken =
                    CompletionPort.port.take(
                            state.portThread,
                            lpCompletionPortEntries,
                            ulCount,
                            dwMilliseconds,
                            routines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            taken = 0;
        }
        if (routines != null) {
            routines.waitsOn(null);
            if (taken == 0 && routines.run()) {
                ulNumEntriesRemoved.value = 0;
                return ThreadState.fail(WinsockError.WAIT_IO_COMPLETION);
            }
        }
        ulNumEntriesRemoved.value = Math.max(taken, 0);
        return taken > 0 || ThreadState.fail(nothing(taken));
    }

    /**
     * Queues a packet with exactly these values (P15); {@code ERROR_INVALID_HANDLE} if the port is
     * closed.
     */
    public static boolean PostQueuedCompletionStatus(
            @Nullable CompletionPort CompletionPort,
            int dwNumberOfBytesTransferred,
            long dwCompletionKey,
            @Nullable Overlapped lpOverlapped) {
        return PostQueuedCompletionStatus(
                CompletionPort, dwNumberOfBytesTransferred, dwCompletionKey, null, lpOverlapped);
    }

    /** As above, for a port whose keys are objects, see {@link SocketHandle#attach}. */
    public static boolean PostQueuedCompletionStatus(
            @Nullable CompletionPort CompletionPort,
            int dwNumberOfBytesTransferred,
            long dwCompletionKey,
            @Nullable Object attachment,
            @Nullable Overlapped lpOverlapped) {
        return (CompletionPort != null
                        && CompletionPort.port.post(
                                dwCompletionKey,
                                attachment,
                                lpOverlapped,
                                dwNumberOfBytesTransferred,
                                0))
                || ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
    }

    /** Sets {@code FILE_SKIP_…} flags; they can only be added (P10, P13). */
    public static boolean SetFileCompletionNotificationModes(
            @Nullable Handle FileHandle, int Flags) {
        if (!(FileHandle instanceof SocketHandle handle) || !handle.isOpen()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
        }
        Socket socket = handle.socket;
        synchronized (socket) {
            if (!socket.overlapped || (Flags & ~3) != 0) {
                return ThreadState.fail(WinsockError.ERROR_INVALID_PARAMETER);
            }
            socket.endsAtOnce |= (Flags & Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0;
            return true;
        }
    }

    /** Closes a port, an event or a socket; {@code ERROR_INVALID_HANDLE} if it is closed. */
    public static boolean CloseHandle(@Nullable Handle hObject) {
        boolean closed =
                switch (hObject) {
                    case null -> false;
                    case CompletionPort port -> port.close();
                    case Event event -> event.close();
                    case SocketHandle socket -> socket.close();
                };
        return closed || ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
    }

    /**
     * Cancels every operation on the handle that the calling thread has started; those of other
     * threads go on.
     *
     * @return true, also if there was none; {@code ERROR_INVALID_HANDLE} if the handle is closed
     * @see <a href="https://learn.microsoft.com/windows/win32/fileio/cancelio">MSDN</a>
     */
    public static boolean CancelIo(@Nullable Handle hFile) {
        if (hFile == null || !hFile.isOpen()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
        }
        if (hFile instanceof SocketHandle socket) {
            Cancelling.startedBy(socket.socket, Thread.currentThread());
        }
        return true;
    }

    /**
     * Cancels one operation, or all for null; does not wait for their end (O12–O16).
     *
     * @return false with {@code ERROR_NOT_FOUND} if there is nothing to cancel
     */
    public static boolean CancelIoEx(@Nullable Handle hFile, @Nullable Overlapped lpOverlapped) {
        if (!(hFile instanceof SocketHandle socket) || !socket.isOpen()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
        }
        boolean found =
                lpOverlapped == null
                        ? Cancelling.all(socket.socket)
                        : lpOverlapped.cancelOn(socket.socket);
        return found || ThreadState.fail(WinsockError.ERROR_NOT_FOUND);
    }

    /**
     * The outcome of an operation with Win32 codes (O10); {@code ERROR_IO_INCOMPLETE} while it
     * pends (O4).
     */
    public static boolean GetOverlappedResult(
            @Nullable Handle hFile,
            @Nullable Overlapped lpOverlapped,
            @Nullable IntRef lpNumberOfBytesTransferred,
            boolean bWait) {
        if (hFile == null || lpOverlapped == null || lpNumberOfBytesTransferred == null) {
            return refused(hFile);
        }
        boolean waitsForHandle = bWait && lpOverlapped.hEvent == null;
        if (waitsForHandle && !hFile.isOpen() && !lpOverlapped.hasCompleted()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE); // nothing to wait for
        }
        int status = Results.status(lpOverlapped, bWait);
        if (status == NtStatus.STATUS_PENDING) {
            return ThreadState.fail(WinsockError.ERROR_IO_INCOMPLETE);
        }
        lpNumberOfBytesTransferred.value = lpOverlapped.bytes();
        return status >= 0 || ThreadState.fail(NtStatus.toWin32(status));
    }

    /** Makes an event. */
    public static Event CreateEvent(boolean bManualReset, boolean bInitialState) {
        return new Event(bManualReset, bInitialState);
    }

    /** Signals an event. */
    public static boolean SetEvent(@Nullable Event hEvent) {
        if (hEvent == null || !hEvent.isOpen()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
        }
        hEvent.set();
        return true;
    }

    /** Takes an event's signal away. */
    public static boolean ResetEvent(@Nullable Event hEvent) {
        if (hEvent == null || !hEvent.isOpen()) {
            return ThreadState.fail(WinsockError.ERROR_INVALID_HANDLE);
        }
        hEvent.reset();
        return true;
    }

    /**
     * Waits for an event, and takes the signal of an auto-reset event. An interrupt ends the wait
     * as a time-out; so with the other waits.
     *
     * @param dwMilliseconds 0 only looks, {@code INFINITE} waits for ever
     * @return {@code WAIT_OBJECT_0}, {@code WAIT_TIMEOUT}, or {@code WAIT_FAILED} with {@code
     *     ERROR_INVALID_HANDLE} for what cannot be waited for: a port, a socket, a closed event
     * @see <a
     *     href="https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitforsingleobject">MSDN</a>
     */
    public static int WaitForSingleObject(@Nullable Handle hHandle, int dwMilliseconds) {
        return WaitForSingleObjectEx(hHandle, dwMilliseconds, false);
    }

    /**
     * As {@link #WaitForSingleObject}; if alertable, completion routines of this thread run here,
     * unless the event is signalled already.
     *
     * @return also {@code WAIT_IO_COMPLETION} if a routine ran
     */
    public static int WaitForSingleObjectEx(
            @Nullable Handle hHandle, int dwMilliseconds, boolean bAlertable) {
        return EventWait.await(1, new Handle[] {hHandle}, false, dwMilliseconds, bAlertable);
    }

    /**
     * Waits for one of several events or for all.
     *
     * @param nCount 1 to 64, else {@code ERROR_INVALID_PARAMETER}
     * @param lpHandles events; with {@code bWaitAll} none twice
     * @return {@code WAIT_OBJECT_0} and the lowest index that is signalled, or as
     *     WaitForSingleObject
     * @see <a
     *     href="https://learn.microsoft.com/windows/win32/api/synchapi/nf-synchapi-waitformultipleobjects">MSDN</a>
     */
    public static int WaitForMultipleObjects(
            int nCount,
            @Nullable Handle @Nullable [] lpHandles,
            boolean bWaitAll,
            int dwMilliseconds) {
        return EventWait.await(nCount, lpHandles, bWaitAll, dwMilliseconds, false);
    }

    /** As {@link #WaitForMultipleObjects}, alertable as {@link #WaitForSingleObjectEx}. */
    public static int WaitForMultipleObjectsEx(
            int nCount,
            @Nullable Handle @Nullable [] lpHandles,
            boolean bWaitAll,
            int dwMilliseconds,
            boolean bAlertable) {
        return EventWait.await(nCount, lpHandles, bWaitAll, dwMilliseconds, bAlertable);
    }

    /**
     * Sleeps; if alertable, completion routines of operations that this thread has started run
     * here, and the sleep ends (O17, O20).
     *
     * @return 0 after the whole time, {@code WAIT_IO_COMPLETION} if a routine ran
     */
    public static int SleepEx(int dwMilliseconds, boolean bAlertable) {
        RoutineQueue routines = ThreadState.current().routines;
        ThreadState.beforeWaiting();
        try {
            if (bAlertable) {
                routines.await(Deadline.of(dwMilliseconds));
            } else if (dwMilliseconds == Constants.INFINITE) {
                Thread.sleep(Long.MAX_VALUE);
            } else {
                Thread.sleep(dwMilliseconds & 0xFFFFFFFFL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            ThreadState.afterWaiting();
        }
        return bAlertable && routines.run() ? WinsockError.WAIT_IO_COMPLETION : 0;
    }
}
