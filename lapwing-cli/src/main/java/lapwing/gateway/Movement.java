package lapwing.gateway;

import lapwing.winsock.SocketHandle;

/**
 * When data of one tunnel has last moved. What the gateway itself receives and sends is told to it;
 * what the kernel has been given and the peers take bit by bit it finds out, by asking from time to
 * time how much they have acknowledged.
 *
 * <p>Movement counts from the moment it is seen, hence a tunnel counts as idle an eighth of the
 * limit too late at worst, and never too early. A tunnel whose data keeps the gateway busy is not
 * asked about.
 */
final class Movement {
    private static final int LOOKS = 8;

    private final Worker worker;
    private long last;
    private int taken;

    Movement(Worker worker) {
        this.worker = worker;
    }

    /** Data has moved. */
    void seen() {
        last = worker.now;
    }

    /** Looks whether the peers have taken something, unless that was seen just now. */
    void look(SocketHandle client, SocketHandle backend) {
        if (worker.now - last >= pause()) {
            int now = 31 * worker.taken.by(client) + worker.taken.by(backend);
            if (now != taken) {
                taken = now;
                last = worker.now;
            }
        }
    }

    /** Nothing has moved for the time of {@code --idle}. */
    boolean isOver() {
        return worker.now - last >= worker.idleNanos;
    }

    /** When to look next. */
    long nextLook() {
        long quiet = worker.now - last;
        return quiet < pause()
                ? last + pause()
                : Math.min(worker.now + pause(), last + worker.idleNanos);
    }

    private long pause() {
        return worker.idleNanos / LOOKS;
    }
}
