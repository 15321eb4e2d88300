package lapwing.bench;

/**
 * The largest numbers that the programs take: more than anybody measures with, and little enough
 * that a slip of the keyboard is refused instead of filling the memory.
 */
final class Limits {
    static final int PORT = 65_535;

    /** As much as the comparison takes. */
    static final int SIZE = 1 << 20;

    static final int BLOCK = 16 << 20;
    static final int ACCEPTS = 10_000;
    static final int CONNECTIONS = 100_000;
    static final int THREADS = 1024;

    /** What the engine on io_uring keeps of it. */
    static final int DEFERRAL = 127;

    static final int SECONDS = 3600;

    private Limits() {}
}
