package lapwing.winsock;

/** The ways in which a port gets its packets. */
enum PortKind {
    /** Sockets on the loop of all ports without a limit; their packets are handed over. */
    SHARED_LOOP(0, false),
    /** A loop of its own, driven by its own thread while no waiter drives it. */
    OWN_LOOP(1, false),
    /** A loop of its own that the thread of the test drives. */
    LED(1, true);

    final int concurrency;
    private final boolean leads;

    PortKind(int concurrency, boolean leads) {
        this.concurrency = concurrency;
        this.leads = leads;
    }

    /** Makes the caller the leader of the port's loop, if that is how the port is served. */
    void lead(CompletionPort port) {
        if (leads) {
            WinsockContract.lead(port);
        }
    }
}
