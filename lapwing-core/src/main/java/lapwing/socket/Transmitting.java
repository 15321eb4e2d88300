package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;

/**
 * TransmitFile and TransmitPackets. Either is one request in the socket's queue of sends. When it
 * has its turn it gives stage after stage to the engine (see {@link Transmission}) and keeps its
 * place meanwhile, so that nothing comes between. With TF_DISCONNECT it then goes on as a
 * DisconnectEx, whose completion counts the bytes sent before.
 *
 * <p>It ends once: after its last stage, after the stage that fails, or, if it is cancelled, after
 * the stage under way, of which a part may have been sent. Closing its socket does not cancel it as
 * long as no stage has to wait for the peer. It fails with STATUS_END_OF_FILE if a file turns out
 * shorter than it was at the call (a guess: WSAEINVAL in Winsock's column, as T15).
 */
public final class Transmitting implements Purpose {
    static final Purpose TRANSMIT = new Transmitting();

    private Transmitting() {}

    /**
     * Queues a transmission. The caller has found that the socket can send, and holds its monitor
     * since.
     *
     * @return true if the first stage has its turn and is to be read from a file: by the caller,
     *     with {@link #read}, as soon as it has left the monitor, which the loop may want
     */
    public static boolean start(Socket s, Request request, Transmission transmission) {
        request.prepare(s, TRANSMIT, Operation.Kind.SEND);
        if (s.datagrams) {
            Sending.keepPeer(s, request); // of all its stages
        }
        request.details().transmission = transmission;
        request.begin();
        s.link(request);
        s.connection.sendShut |= transmission.disconnects;
        if (!s.sends.isEmpty() || !transmission.readsNext()) {
            Sending.enqueue(s, request);
            return false;
        }
        s.sends.add(request);
        request.endpoint = s.endpoint;
        reading(transmission);
        return true;
    }

    /** From now on the transmission belongs to whoever is going to {@link #read} its stage. */
    private static void reading(Transmission transmission) {
        transmission.isReading = true;
        Engines.current().expect();
    }

    /** All sends before it are done, or a stage of it. */
    @Override
    public void turn(Socket s, Request request) {
        Transmission transmission = Objects.requireNonNull(request.transmission());
        if (transmission.isReading) {
            return; // it goes on by itself
        }
        if (!transmission.hasMore()) {
            sent(s, request, transmission);
            return;
        }
        if (!transmission.readsNext()) {
            staged(s, request, transmission, transmission.nextStage(request));
            return;
        }
        reading(transmission);
        try { // not on this thread, which may be the one that serves all other sockets as well
            Thread.ofVirtual().name("lapwing-file").start(() -> read(s, request, transmission));
        } catch (Throwable t) { // a want of memory
            transmission.isReading = false;
            Engines.current().hasCome();
            throw t;
        }
    }

    /** Fills the next stage from a file, however long that takes. Holding no monitor. */
    public static void read(Socket s, Request request, Transmission transmission) {
        int life = request.life();
        try {
            int filled = transmission.nextStage(request);
            synchronized (s) {
                transmission.isReading = false;
                int status = transmission.isStopped ? Status.CANCELLED : filled;
                staged(s, request, transmission, status);
                Closing.closeIfDone(s);
            }
        } catch (Throwable t) {
            Cancelling.giveUp(s, request, life);
            throw t; // to be reported
        } finally {
            Engines.current().hasCome();
        }
    }

    /** The next stage has been filled, or cannot be. */
    private static void staged(Socket s, Request request, Transmission transmission, int status) {
        if (status == Status.SUCCESS) {
            if (transmission.disconnects && !transmission.hasMore()) {
                request.flags |= Endpoint.END_FOLLOWS;
            }
            Sending.handOver(s, request);
        } else {
            transmission.stageEnded(request, status);
            fail(s, request, transmission, status);
        }
    }

    @Override
    public void ended(Socket s, Request request) {
        synchronized (s) {
            Transmission transmission = Objects.requireNonNull(request.transmission());
            boolean whole = request.bytes == request.total();
            transmission.went(request.bytes);
            int status =
                    transmission.stageEnded(
                            request, Sending.note(s, request, request.status, request.bytes));
            boolean over = whole && !transmission.hasMore() && !transmission.reuses;
            boolean stops = request.abandoned ? !over : !whole;
            if (status == Status.SUCCESS && stops) {
                status = Status.CANCELLED;
            }
            if (status == Status.SUCCESS) {
                turn(s, request);
            } else {
                fail(s, request, transmission, status);
            }
            Closing.closeIfDone(s);
        }
    }

    private static void sent(Socket s, Request request, Transmission transmission) {
        transmission.release();
        int bytes = (int) transmission.total();
        if (!transmission.disconnects || !s.isOpen()) { // closing sends the end as well
            Sending.finish(s, request, Status.SUCCESS, bytes);
            return;
        }
        request.purpose = Disconnecting.DISCONNECT;
        request.kind = Operation.Kind.AWAIT_CLOSE;
        request.stopped();
        request.details().reuse = transmission.reuses;
        request.details().sentBefore = bytes;
        request.purpose.turn(s, request);
    }

    private static void fail(Socket s, Request request, Transmission transmission, int status) {
        transmission.release();
        undo(s, request);
        Sending.finish(s, request, status, status == Status.CANCELLED ? transmission.gone() : 0);
    }

    @Override
    public void abandon(Socket s, Request request) {
        Transmission transmission = request.transmission();
        if (transmission != null && transmission.isReading) {
            transmission.isStopped = true; // it ends when that is over
        } else {
            Sending.SEND.abandon(s, request);
        }
    }

    @Override
    public boolean sends() {
        return true;
    }

    /** A transmission has failed or was dropped: it does not disconnect. Holding the monitor. */
    static void undo(Socket s, Request request) {
        if (request.disconnectsAfter() && s.isOpen()) {
            s.connection.sendShut = s.connection.sendShutAsked;
        }
    }
}
