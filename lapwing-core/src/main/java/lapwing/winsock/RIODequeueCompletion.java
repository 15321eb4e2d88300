package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Takes results from a completion queue, without waiting.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riodequeuecompletion">MSDN</a>
 */
@FunctionalInterface
public interface RIODequeueCompletion {
    /**
     * Takes the oldest results. Each one dequeued makes room for another request of its socket.
     *
     * @param CQ the queue
     * @param Array receives the results
     * @param ArraySize the most to take; 1 to the length of {@code Array}
     * @return how many, 0 if there is none, {@code RIO_CORRUPT_CQ} for an invalid queue or array
     */
    int call(
            @Nullable RioCompletionQueue CQ, @Nullable RioResult @Nullable [] Array, int ArraySize);
}
