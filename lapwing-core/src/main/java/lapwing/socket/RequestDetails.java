package lapwing.socket;

import org.jspecify.annotations.Nullable;

/**
 * What only some requests have. Apart from the request, because thousands of plain receives may
 * wait; made when first needed, then kept. Guarded by the socket's monitor.
 */
public class RequestDetails {
    /** Of TransmitFile and TransmitPackets: what to send. */
    @Nullable Transmission transmission;

    /** Of a disconnect behind a transmission: bytes sent before. */
    int sentBefore;

    /** What goes through native memory; kept, without the memory. */
    @Nullable Copies copies;

    /** Of DisconnectEx: end in a reusable socket. */
    boolean reuse;

    /** Of DisconnectEx: received data was found unread. */
    public boolean hadUnread;

    /** Of DisconnectEx: the program has read while the engine was looking. */
    boolean readMeanwhile;

    /** Of DisconnectEx: the peer has closed and nothing is left to read. */
    boolean peerClosed;

    /** Of DisconnectEx: the wait for the peer's system. */
    @Nullable Delivery delivery;

    /** Of DisconnectEx: the wait for the time set in {@link TimedWait}. */
    @Nullable HeldBack heldBack;

    /** Forgets everything but what is kept. */
    public void clear() {
        transmission = null;
        sentBefore = 0;
        reuse = false;
        hadUnread = false;
        readMeanwhile = false;
        peerClosed = false;
    }

    Copies copies() {
        if (copies == null) {
            copies = new Copies();
        }
        return copies;
    }

    /** The request has ended, or was refused. */
    void letGo() {
        if (copies != null) {
            copies.giveBack();
        }
        if (transmission != null) {
            transmission.release();
            transmission = null;
        }
        if (delivery != null) {
            delivery.cancel();
            delivery = null;
        }
        if (heldBack != null) {
            heldBack.cancel();
            heldBack = null;
        }
    }
}
