package lapwing.gateway;

import java.util.Objects;
import lapwing.winsock.IntRef;
import lapwing.winsock.NtStatus;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a tunnel: receives into a block and sends that block.
 *
 * <p>At most two blocks are in use: while one is being sent the next receive is already posted, and
 * what it brings waits until the send has ended. Only then is there another receive, so a slow
 * reader holds its writer back through TCP itself.
 *
 * <p>What the source said before it broke the connection is sent on first. What it says to a
 * destination that takes nothing any more is received and dropped: a client that writes on without
 * end would never read the answer that explains it.
 *
 * <p>A block that was filled to the brim means a stream: the next one is large. Behind a short
 * answer, the first of its direction, the end often is there already: then both go out in one
 * segment.
 */
final class Pump {
    private static final IntRef NO_FLAGS = new IntRef();

    private final Tunnel tunnel;
    private final Worker worker;
    private final Receive receive;
    private final Send send;

    private @Nullable SocketHandle source;
    private @Nullable SocketHandle destination;
    private @Nullable Block incoming; // being received into
    private @Nullable Block waiting; // received, the send before it is not over
    private @Nullable Block outgoing; // being sent
    private boolean stream;
    private boolean sourceEnded;
    private boolean broken;
    private long bytes;
    private final IntRef lookedAt = new IntRef();

    Pump(Tunnel tunnel) {
        this.tunnel = tunnel;
        worker = tunnel.worker;
        receive = new Receive();
        send = new Send();
    }

    /** Starts; {@code sent} bytes went ahead. */
    void start(SocketHandle from, SocketHandle to, long sent) {
        source = from;
        destination = to;
        bytes = sent;
        stream = false;
        sourceEnded = false;
        broken = false;
        receive.start();
    }

    /** Starts at its end: the source has ended already. */
    void startEnded(SocketHandle from, SocketHandle to, long sent) {
        source = from;
        destination = to;
        bytes = sent;
        stream = false;
        sourceEnded = true;
        broken = false;
        tunnel.directionEnded(this);
    }

    /** The source has ended and all it sent is sent on. */
    boolean isEnded() {
        return sourceEnded && outgoing == null;
    }

    /** The destination takes nothing any more. */
    boolean isBroken() {
        return broken;
    }

    boolean isReceiving() {
        return incoming != null;
    }

    /** It will call the tunnel again. */
    boolean isAtWork() {
        return incoming != null || outgoing != null;
    }

    /** The destination takes nothing any more, and cannot even be told of the end. */
    void broke(int error) {
        broken = true;
        Block kept = waiting;
        if (kept != null) {
            worker.blocks.give(kept);
            waiting = null;
            receive.start();
        }
        tunnel.sendFailed(this, error);
    }

    @Nullable SocketHandle destination() {
        return destination;
    }

    /** Bytes sent on in this life. */
    long bytes() {
        return bytes;
    }

    /** Gives everything back; nothing is in flight any more. */
    void clear() {
        Block kept = waiting;
        if (kept != null) {
            worker.blocks.give(kept);
            waiting = null;
        }
        source = null;
        destination = null;
        bytes = 0;
    }

    private final class Receive extends TunnelOperation {
        Receive() {
            super(Pump.this.tunnel);
        }

        void start() {
            SocketHandle from = source;
            if (from == null || incoming != null || waiting != null || !tunnel.isMoving()) {
                return;
            }
            Block block = worker.blocks.take(stream);
            int error =
                    started(
                            Winsock.WSARecv(from, block.buffers, 1, null, NO_FLAGS, this, null)
                                    == 0);
            if (error == 0) {
                incoming = block;
            } else {
                worker.blocks.give(block);
                sourceFailed(error);
            }
        }

        @Override
        void ended(int status, int count) {
            Block block = incoming;
            incoming = null;
            if (block == null) {
                return; // cannot be: every receive has its block
            }
            if (status != NtStatus.STATUS_SUCCESS || count == 0 || !tunnel.isMoving()) {
                worker.blocks.give(block);
                endedWithoutData(status);
                return;
            }
            if (broken) {
                worker.blocks.give(block);
                start();
                return;
            }
            boolean answer = bytes == 0 && count < block.capacity;
            took(block, count);
            if (outgoing != null) {
                waiting = block;
            } else if (answer && isFollowedByEnd(Objects.requireNonNull(source))) {
                send.start(block);
                tunnel.endsBehindSend(Pump.this);
            } else {
                send.start(block);
                start();
            }
        }

        private void took(Block block, int count) {
            bytes += count;
            tunnel.touch();
            stream = count == block.capacity || (stream && count > Blocks.SMALL);
            block.filled(count);
        }

        /** Looks, without waiting, for what follows; data is kept for the next send. */
        private boolean isFollowedByEnd(SocketHandle from) {
            Block next = worker.blocks.take(stream);
            boolean done =
                    Winsock.WSARecv(from, next.buffers, 1, lookedAt, NO_FLAGS, null, null) == 0;
            if (done && lookedAt.value > 0) {
                took(next, lookedAt.value);
                waiting = next;
            } else {
                worker.blocks.give(next);
                sourceEnded = done;
            }
            return sourceEnded;
        }

        private void endedWithoutData(int status) {
            if (!tunnel.isMoving()) {
                return;
            }
            if (status != NtStatus.STATUS_SUCCESS) {
                sourceFailed(NtStatus.toWinsock(status));
            } else {
                sourceStopped();
            }
        }

        private void sourceFailed(int error) {
            tunnel.receiveFailed(Pump.this, error);
            sourceStopped();
        }

        private void sourceStopped() {
            sourceEnded = true;
            if (!broken && outgoing == null) {
                tunnel.directionEnded(Pump.this);
            }
        }
    }

    private final class Send extends TunnelOperation {
        Send() {
            super(Pump.this.tunnel);
        }

        void start(Block block) {
            SocketHandle to = destination;
            int error =
                    to == null
                            ? WinsockError.WSAENOTCONN
                            : started(
                                    Winsock.WSASend(to, block.buffers, 1, null, 0, this, null)
                                            == 0);
            if (error == 0) {
                outgoing = block;
            } else {
                worker.blocks.give(block);
                broke(error);
            }
        }

        @Override
        void ended(int status, int count) {
            Block block = outgoing;
            outgoing = null;
            if (block != null) {
                worker.blocks.give(block);
            }
            if (!tunnel.isMoving()) {
                return;
            }
            if (status != NtStatus.STATUS_SUCCESS) {
                broke(NtStatus.toWinsock(status));
                return;
            }
            tunnel.touch();
            Block next = waiting;
            if (next != null) {
                waiting = null;
                start(next);
                receive.start();
            } else if (sourceEnded) {
                tunnel.directionEnded(Pump.this);
            }
        }
    }
}
