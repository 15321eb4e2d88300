package lapwing.port;

/** An operation whose end makes a packet. */
public interface Ending {
    /** It has ended: whoever looks at it, or waits for it, learns of that. */
    void finish(int status, int transferred);
}
