package lapwing.random;

import org.jspecify.annotations.Nullable;

/** An operation under way, as the model sees it. */
final class Pending {
    final int structure;
    final ModelSocket socket;

    /** How many bytes it can take or has to send. */
    final int length;

    /** Of AcceptEx: what becomes the connection. */
    final @Nullable ModelSocket accept;

    Pending(int structure, ModelSocket socket, int length, @Nullable ModelSocket accept) {
        this.structure = structure;
        this.socket = socket;
        this.length = length;
        this.accept = accept;
    }

    /**
     * How an operation must end.
     *
     * @param error a Win32 code, 0 for success
     * @param first offset of the received data in its stream
     * @param from where received data comes from, to compare it; null if there is none
     * @param loose any outcome will do
     */
    record End(
            Pending operation,
            int error,
            int bytes,
            long first,
            @Nullable Wire from,
            boolean loose) {
        String text() {
            return loose ? "ended" : error == 0 ? bytes + " bytes" : "error " + error;
        }
    }
}
