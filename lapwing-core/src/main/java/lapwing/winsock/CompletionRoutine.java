package lapwing.winsock;

/**
 * {@code LPWSAOVERLAPPED_COMPLETION_ROUTINE}: runs on the thread that started the operation, inside
 * its next alertable wait (O17), never elsewhere.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/winsock2/nc-winsock2-lpwsaoverlapped_completion_routine">MSDN</a>
 */
@FunctionalInterface
public interface CompletionRoutine {
    /**
     * The operation has ended.
     *
     * @param dwError a Winsock error code, 0 on success (O10)
     * @param cbTransferred bytes transferred
     * @param lpOverlapped the structure the operation was started with
     * @param dwFlags what {@code lpFlags} would have held at an immediate end
     */
    void completed(int dwError, int cbTransferred, Overlapped lpOverlapped, int dwFlags);
}
