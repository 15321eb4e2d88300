package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Ends the registration of a buffer.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioderegisterbuffer">MSDN</a>
 */
@FunctionalInterface
public interface RIODeregisterBuffer {
    /**
     * Makes the identifier invalid: requests that name it are refused with {@code WSAEFAULT}. Those
     * under way end as usual; on Windows that would be undefined.
     *
     * @param BufferId what {@link RIORegisterBuffer} has returned; an invalid one is ignored
     */
    void call(@Nullable RioBufferId BufferId);
}
