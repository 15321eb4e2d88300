package lapwing.bench.compare;

/** What is measured. Named as on the command line. */
enum Work {
    /** Connections stay, one request after the other. */
    ECHO("echo", "echo", "client"),

    /** A connection for each request, closed by the server. */
    SHORT("short", "short", "server"),

    /** A connection for each request, closed by the client. */
    SHORTC("echo", "short", "client");

    final String serverMode;
    final String clientMode;
    final String closer;

    Work(String serverMode, String clientMode, String closer) {
        this.serverMode = serverMode;
        this.clientMode = clientMode;
        this.closer = closer;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
