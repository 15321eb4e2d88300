package lapwing.gateway;

/** Who ended a connection, and why. */
enum End {
    CLIENT_CLOSED("client", "closed", Way.ORDERLY),
    BACKEND_CLOSED("backend", "closed", Way.ORDERLY),
    CLIENT_RESET("client", "reset", Way.RESET),
    BACKEND_RESET("backend", "reset", Way.RESET),
    CLIENT_SILENT("client", "sent nothing before the first-data deadline", Way.CLOSE),
    CLIENT_WITHOUT_DATA("client", "closed without sending anything", Way.CLOSE),
    NO_BACKEND("backend", "no backend took the connection", Way.CLOSE),
    NO_DESCRIPTOR(
            "gateway",
            "no descriptor left, raise \"ulimit -n\" or lower --max-connections",
            Way.CLOSE),
    STOPPED("gateway", "stopped before the client had sent anything", Way.CLOSE),
    IDLE("gateway", "no data for the time of --idle", Way.RESET),
    DRAIN("gateway", "not finished in the time of --drain", Way.RESET),
    FAULT("gateway", "an error inside", Way.RESET);

    /** How the sockets are closed. */
    enum Way {
        /** DisconnectEx, after both sides have said that they end. */
        ORDERLY,
        /** closesocket, before anything was promised. */
        CLOSE,
        /** closesocket with a reset: what was sent so far must not pass for all there is. */
        RESET
    }

    final String by;
    final String why;
    final Way way;

    End(String by, String why, Way way) {
        this.by = by;
        this.why = why;
        this.way = way;
    }
}
