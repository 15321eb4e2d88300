package lapwing.random;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a call may return, and what follows from it. */
final class Forecast {
    private static final int PENDING = 997;

    private final Set<Integer> successes = new TreeSet<>();
    private final Set<Integer> failures = new TreeSet<>();
    private Runnable effect = () -> {};
    private Runnable otherwise = () -> {};
    private boolean applicable = true;
    private boolean open;
    private boolean mayEndAtOnce;

    /** Bytes that a call which succeeds at once reports; negative for any. */
    int bytes = -1;

    /** The call cannot be made: it would wait, or says nothing certain. */
    void impossible() {
        applicable = false;
    }

    /** An error that the call has to fail with, if no other; nothing follows from that. */
    void failsIf(boolean condition, int error) {
        if (condition) {
            failures.add(error);
        }
    }

    /** The call ends with that code, 0 for success. */
    void returns(int code, Runnable then) {
        successes.add(code);
        effect = then;
    }

    /** The call starts an operation, which may have ended already. */
    void starts(Runnable then) {
        mayEndAtOnce = true;
        successes.add(0);
        returns(PENDING, then);
    }

    /** The call starts an operation that does not end before it returns. */
    void pends(Runnable then) {
        returns(PENDING, then);
    }

    /** Besides, the call may fail, by timing; both ways must lead to the same state. */
    void orFails(int error, Runnable then) {
        open = true;
        failures.add(error);
        otherwise = then;
    }

    boolean isApplicable() {
        return applicable;
    }

    /** True for a call that does not have to fail. */
    boolean isLegal() {
        return open || failures.isEmpty();
    }

    /** True if a return of 0 means that an operation has begun and ended. */
    boolean mayEndAtOnce() {
        return mayEndAtOnce;
    }

    /** True if timing decides what the call returns. */
    boolean isOpen() {
        return open;
    }

    boolean allows(int code) {
        return (isLegal() && successes.contains(code)) || failures.contains(code);
    }

    /** Lets what follows from that outcome happen. */
    void run(int code) {
        if (isLegal()) {
            (successes.contains(code) ? effect : otherwise).run();
        }
    }

    /** For the log: the same on every engine, however early an operation ends. */
    String text(int code) {
        return open
                ? "started, or failed " + failures
                : code == 0 || code == PENDING ? "done" : "error " + code;
    }

    /** For a script: what success and failure look like, in the words of {@code kind}. */
    String outcome(String kind, Step step) {
        String[] words = kind.split(" ", -1);
        Set<Integer> codes = new TreeSet<>(failures);
        if (isLegal()) {
            codes.addAll(successes);
        }
        boolean asks = step.action() == Step.Action.CONNECT_TIME;
        String good =
                asks
                        ? bytes == 0 ? "0 value=4294967295" : "0 value=*"
                        : bytes > 0
                                ? bytes + "*"
                                : step.action() == Step.Action.RECV ? "*" : words[0];
        return codes.stream()
                .map(code -> code == 0 ? good : words[1] + " " + Rig.nameOf(code))
                .collect(Collectors.joining(" | "));
    }

    @Override
    public String toString() {
        return (isLegal() ? successes : failures) + (open ? " or " + failures : "");
    }
}
