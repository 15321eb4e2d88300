package lapwing.winsock;

import lapwing.socket.Socket;

/** The request of a call without a structure, which waits itself: it never makes a packet (P30). */
final class BlockedCaller extends OverlappedRequest {
    BlockedCaller() {
        super(new Overlapped());
        overlapped.belongTo(this);
    }

    @Override
    public boolean isPlain() {
        return true;
    }

    @Override
    public boolean endsWithThread(Socket s) {
        return false; // its thread waits for it
    }

    @Override
    public void completed(Socket s, int status, int bytes, boolean immediate) {
        vacate();
        overlapped.finish(status, bytes, null);
    }
}
