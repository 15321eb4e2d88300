package lapwing.drill;

/** A line that cannot be run; its outcome is {@code BAD}. The message is for people only. */
final class BadLine extends RuntimeException {
    static final String OUTCOME = "BAD";

    private static final long serialVersionUID = 1;

    BadLine(String reason) {
        super(reason, null, false, false);
    }
}
