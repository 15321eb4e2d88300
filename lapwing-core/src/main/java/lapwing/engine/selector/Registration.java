package lapwing.engine.selector;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Operation.Kind;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint has under way on one loop. A socket that gets a port after its first operations
 * has two of these for a while. Only the loop's thread touches the operations.
 */
final class Registration {
    final SelectorEndpoint endpoint;
    final SelectorLoop loop;

    /** Those that take something in: accepts first in first out, receives, waits for the end. */
    private final Deque<Operation> reads = new ArrayDeque<>(2);

    private final Deque<Operation> writes = new ArrayDeque<>(2);

    // The loop's own notes.

    /** It will proceed in this round; and which will behind it. */
    boolean queued;

    @Nullable Registration nextQueued;

    /** Its neighbours among those with operations. */
    @Nullable Registration previousBusy;

    @Nullable Registration nextBusy;

    // The loop's notes for others to leave. Guarded by its lock.

    /** Its operations are to be tried again; and those of which are too behind it. */
    boolean touched;

    @Nullable Registration nextTouched;

    /** Some of its operations have been cancelled. */
    boolean unwanted;

    /** Accepts wait for a free descriptor, not for a connection. */
    private boolean starved;

    Registration(SelectorEndpoint endpoint, SelectorLoop loop) {
        this.endpoint = endpoint;
        this.loop = loop;
    }

    /** Takes a started operation. */
    void add(Operation operation) {
        queue(operation).add(operation);
    }

    private Deque<Operation> queue(Operation operation) {
        return switch (Objects.requireNonNull(operation.kind)) {
            case ACCEPT, RECEIVE, RECEIVE_FROM, AWAIT_CLOSE -> reads;
            case CONNECT, SEND, SEND_TO -> writes;
        };
    }

    /** Moves every operation as far as it goes without waiting, then asks to hear of the rest. */
    void proceed() {
        starved = false;
        int before = endpoint.readsAhead();
        pass(reads);
        before = handOut(before);
        pass(writes);
        handOut(before); // a send of a datagram may read ahead as well
        listen();
    }

    /**
     * Tries the receives again if one of them, or a send, has read what they wait for, here or
     * elsewhere, since {@code before}; what that count is now.
     */
    private int handOut(int before) {
        int now = endpoint.readsAhead();
        if (now != before) {
            pass(reads);
            endpoint.announce(loop);
        }
        return now;
    }

    private void pass(Deque<Operation> queue) {
        Operation lastAccepted = null;
        Iterator<Operation> each = queue.iterator();
        while (each.hasNext()) {
            Operation operation = each.next();
            int result = progress(operation);
            boolean accepts = operation.kind == Kind.ACCEPT;
            if (accepts && isShortage(result)) {
                starved = true;
                loop.starve(this);
                return;
            }
            if (result != Status.WOULD_BLOCK) {
                each.remove();
                if (accepts) {
                    lastAccepted = operation;
                    operation.resultFlags = Endpoint.MORE; // or nobody has looked
                }
                loop.ended(operation, result);
            } else if (accepts) {
                if (lastAccepted != null) {
                    lastAccepted.resultFlags = 0;
                }
                return; // nor is there one for those behind it
            }
        }
    }

    /** A failure of ours costs the operation that meets it, and no other. */
    private int progress(Operation operation) {
        try {
            return endpoint.progress(operation);
        } catch (Throwable t) {
            return Operation.statusOf(t);
        }
    }

    /** Ends the operations that nobody wants any more, unless they have just come to their end. */
    void drop() {
        drop(reads);
        drop(writes);
        listen();
    }

    private void drop(Deque<Operation> queue) {
        Iterator<Operation> each = queue.iterator();
        while (each.hasNext()) {
            Operation operation = each.next();
            if (loop.isUnwanted(operation)) {
                each.remove();
                int moved = operation.moved; // say what was moved, it cannot be taken back
                loop.ended(operation, moved > 0 ? moved : Status.CANCELLED);
            }
        }
    }

    /** Ends all operations: the loop has failed. */
    void giveUp() {
        for (Deque<Operation> queue : List.of(reads, writes)) {
            for (Operation o = queue.poll(); o != null; o = queue.poll()) {
                loop.ended(o, Status.INSUFFICIENT_RESOURCES);
            }
        }
    }

    boolean isBusy() {
        return !reads.isEmpty() || !writes.isEmpty();
    }

    private static boolean isShortage(int result) {
        return result == Status.TOO_MANY_OPENED_FILES || result == Status.INSUFFICIENT_RESOURCES;
    }

    /** Tells the selector what to look for. */
    void listen() {
        SelectableChannel channel = endpoint.channel();
        @Nullable SelectionKey key = channel.keyFor(loop.selector);
        int interest = interest(channel.validOps());
        try {
            if (key != null) {
                if (key.isValid() && key.interestOps() != interest) {
                    key.interestOps(interest);
                }
            } else if (interest != 0) {
                channel.register(loop.selector, interest, this);
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            // whoever has closed it announces that, and the operations end then
        }
    }

    private int interest(int possible) {
        int result = 0;
        if (!reads.isEmpty() && !starved) {
            result |= possible & (SelectionKey.OP_ACCEPT | SelectionKey.OP_READ);
        }
        if (!writes.isEmpty()) {
            result |= endpoint.isConnecting() ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
        }
        return result;
    }
}
