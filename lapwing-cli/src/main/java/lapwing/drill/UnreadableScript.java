package lapwing.drill;

/** A file that is no script; the message names the file and says why. */
final class UnreadableScript extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableScript(String reason) {
        super(reason);
    }

    /** Never null here. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
