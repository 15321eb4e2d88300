package lapwing.winsock;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import lapwing.socket.Cancelling;
import lapwing.socket.Socket;

/**
 * What the end of a thread cancels: the requests it has started that still pend, except those whose
 * packet any other thread may take (O34). A port saves a request, unless it has an event, too: then
 * it may be the thread's own affair.
 *
 * <p>Java tells nobody of a thread's end but those that join it. So a virtual thread joins each
 * thread that starts such a request; it costs a kilobyte and no ticks. Requests that a port saves,
 * the usual ones, do not come here.
 */
final class ThreadEnd {
    private final Thread thread = Thread.currentThread();

    /** Where the thread has started something; guarded by this. */
    private final Set<Socket> sockets = Collections.newSetFromMap(new WeakHashMap<>());

    private boolean watched;

    /** The thread has started something on that socket that its end would end. */
    synchronized void concerns(Socket socket) {
        sockets.add(socket);
        if (!watched) {
            watched = true;
            Thread.ofVirtual().name("lapwing-thread-end").start(this::await);
        }
    }

    @SuppressWarnings("ThreadJoinLoop") // the loop is there
    private void await() {
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                // by somebody who interrupts all threads: this one has nothing to end early
            }
        }
        cancelAll();
    }

    private synchronized void cancelAll() {
        for (Socket socket : sockets) {
            Cancelling.ofEndedThread(socket, thread);
        }
    }
}
