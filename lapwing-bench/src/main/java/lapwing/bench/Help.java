package lapwing.bench;

import lapwing.bench.peers.Peers;

/** What the programs print about themselves. Loaded only when somebody asks. */
final class Help {
    static final String USAGE =
            "usage: lapwing-bench (server | peer NAME | client | compare | jmh) [ARGUMENT...]";

    private static final String ALL =
            USAGE
                    + """


                      server   a server on the contract's fast path
                      peer     the same server by other means, to compare with
                      client   load for one of them, and one line of JSON about it
                      compare  starts servers and a client, and measures them in turn
                      jmh      the benchmarks of single methods

                    "lapwing-bench PROGRAM --help" tells more.
                    """;

    private static final String SERVER =
            """
            usage: lapwing-bench server [--NAME VALUE]...

            A server on the contract's fast path. It prints "READY PORT" when it listens, and serves
            until it is ended.

              --port N        where it listens, on all addresses (default: 9000)
              --mode MODE     echo: sends back what comes (the default); short: reads a request of
                              --size bytes, sends it back and closes; sink: reads; source: sends
              --size BYTES    of a request, 1 to %d (default: 64)
              --block BYTES   of a buffer, 1 to %d (default: 2048, or --size if that is more; for
                              sink and source 262144)
              --accepts N     posted at a time, 1 to %d (default: 8)
              --defer SECONDS with TCP_DEFER_ACCEPT, up to %d (default: 0, without)
              --threads N     each with a port and a listener of its own, 1 to %d (default: 1)
              --engine NAME   auto (the default), uring or selector
              -h, --help      print this and end
            """
                    .formatted(
                            Limits.SIZE,
                            Limits.BLOCK,
                            Limits.ACCEPTS,
                            Limits.DEFERRAL,
                            Limits.THREADS);

    private static final String PEER =
            """
            usage: lapwing-bench peer (%s) [--NAME VALUE]...

            A server by other means. It prints "READY PORT" when it listens, and serves until it is
            ended.

              --port N      where it listens, on all addresses (default: 9000)
              --mode MODE   echo: sends back what comes (the default); short: reads a request of
                            --size bytes, sends it back and closes
              --size BYTES  of a request, 1 to %d (default: 64)
              -h, --help    print this and end
            """
                    .formatted(String.join(" | ", Peers.NAMES), Limits.SIZE);

    private static final String CLIENT =
            """
            usage: lapwing-bench client [--NAME VALUE]...

            Load for a server on this machine, and one line of JSON about it. It ends with status 1
            if nothing was measured.

              --port N          of the server (default: 9000)
              --mode MODE       short: a connection for each request (the default); echo: connections
                                stay; the server's --mode has to fit
              --close WHO       ends a connection of mode short: server (the default) or client
              --size BYTES      of a request, and of its reply, 1 to %d (default: 64)
              --conns N         connections at a time, 1 to %d (default: 64)
              --warmup SECONDS  of load before the window, up to %d (default: 6)
              --time SECONDS    of the window, up to %d (default: 3)
              --engine NAME     auto (the default), uring or selector
              --pid N, --cpu N  ignored: for harnesses that tell every client the server's process
                                and processor
              -h, --help        print this and end
            """
                    .formatted(Limits.SIZE, Limits.CONNECTIONS, Limits.SECONDS, Limits.SECONDS);

    private static final String WINDOWS =
            """
            usage: lapwing-bench windows [--NAME VALUE]...

            The client with one line of JSON for each line "PORT PID WARMUP TIME" of its input; its
            other options are those of "lapwing-bench client --help".
            """;

    private Help() {}

    /** The help of a program, or of all. */
    static String of(String program) {
        return switch (program) {
            case "server" -> SERVER;
            case "peer" -> PEER;
            case "client" -> CLIENT;
            case "windows" -> WINDOWS;
            default -> ALL;
        };
    }
}
