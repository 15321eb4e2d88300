package lapwing.gateway;

/**
 * How many accepts are posted beyond the usual number while clients come faster than that lets them
 * in. In a rush, when half of the posted ones are taken in one pass, their number doubles from pass
 * to pass, and it falls again as they last longer: how many clients a pass lets in must not depend
 * on how long it takes. Of one worker.
 */
final class Rush {
    /** More take so long to be let in that the others notice. */
    private static final int MOST = 256;

    /** The most memory of first blocks that is taken for them, bytes. */
    private static final int MOST_MEMORY = 16 << 20;

    /** Fewer clients in one pass are none, however few accepts there are. */
    private static final int FEWEST = 4;

    private final int usual;
    private final int most;
    private int extra;
    private int taken;
    private long pass;

    /**
     * Begins with none.
     *
     * @param block bytes that an accept holds while it is posted
     */
    Rush(int usual, int block) {
        this.usual = usual;
        most = block == 0 ? MOST : Math.min(MOST, MOST_MEMORY / block);
    }

    /** An accept has brought a client, in the pass of this moment. */
    void taken(long now) {
        if (now != pass) {
            boolean goesOn = taken >= FEWEST && 2 * taken >= usual + extra;
            extra = goesOn ? Math.min(2 * extra + usual, most) : extra / 2;
            pass = now;
            taken = 0;
        }
        taken++;
    }

    /** There are no descriptors for more clients. */
    void over() {
        extra = 0;
    }

    int extra() {
        return extra;
    }
}
