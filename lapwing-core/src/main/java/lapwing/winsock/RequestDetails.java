package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What only some requests have. Apart from the request, because thousands of plain receives may
 * wait; made when first needed, then kept. Guarded by the socket's monitor.
 */
final class RequestDetails {
    @Nullable CompletionRoutine routine;
    @Nullable RoutineQueue routines;

    /** Of TransmitFile and TransmitPackets: what to send. */
    @Nullable Transmission transmission;

    /** Of a disconnect behind a transmission: bytes sent before. */
    int sentBefore;

    /** Of WSARecvFrom: where the sender goes. */
    @Nullable Sockaddr from;

    @Nullable IntRef fromLength;

    /** Of a message: where its flags go. */
    @Nullable WsaMsg message;

    /** Where its control data goes. */
    @Nullable MemorySegment controlRoom;

    /** Of a receive of a message: room for the kernel's control data; kept. */
    @Nullable MemorySegment kernelControl;

    /** What goes through native memory; kept, without the memory. */
    @Nullable Copies copies;

    /** Of DisconnectEx: end in a reusable socket. */
    boolean reuse;

    /** Of DisconnectEx: received data was found unread. */
    boolean hadUnread;

    /** Of DisconnectEx: the program has read while the engine was looking. */
    boolean readMeanwhile;

    /** Of DisconnectEx: the peer has closed and nothing is left to read. */
    boolean peerClosed;

    /** Of DisconnectEx: the wait for the peer's system. */
    @Nullable Delivery delivery;

    /** Forgets everything but what is kept. */
    void clear() {
        routine = null;
        routines = null;
        transmission = null;
        sentBefore = 0;
        from = null;
        fromLength = null;
        message = null;
        controlRoom = null;
        reuse = false;
        hadUnread = false;
        readMeanwhile = false;
        peerClosed = false;
        delivery = null;
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
    }
}
