package lapwing.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A server or proxy under comparison: its process, its windows, and what went wrong. */
final class Subject {
    /** From the first connection to the window: by then load is steady. */
    private static final double RAMP = 0.1;

    private static final int TRIALS = 5;

    /** So many windows may be given up before it is not measured any more. */
    private static final int MOST_GIVEN_UP = 3;

    private final Child child;
    private final int port;
    private final List<Window> windows = new ArrayList<>();
    private String failure = "";
    private int repeated;
    private int givenUp;
    private String givenUpFor = "";
    private long errors;
    private String error = "";

    Subject(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    String name() {
        return child.name();
    }

    Child child() {
        return child;
    }

    int port() {
        return port;
    }

    boolean hasFailed() {
        return !failure.isEmpty();
    }

    /** There are numbers to show. */
    boolean isMeasured() {
        return !hasFailed() && !windows.isEmpty();
    }

    /** What went wrong, in one line; nothing if all is well. */
    String trouble() {
        if (hasFailed()) {
            return failure;
        }
        List<String> troubles = new ArrayList<>();
        if (givenUp > 0) {
            troubles.add("windows given up: " + givenUp + ", the last: " + givenUpFor);
        }
        if (errors > 0) {
            troubles.add(errors + " errors, the first: " + error);
        }
        return String.join("; ", troubles);
    }

    /** The client has failed in a window; after some of these it is left out itself. */
    void giveUp(String why) {
        givenUp++;
        givenUpFor = why;
        if (givenUp == MOST_GIVEN_UP) {
            failure = "left out after " + givenUp + " windows given up, the last: " + why;
        }
    }

    /** Windows without a single operation that were measured again. */
    int repeated() {
        return repeated;
    }

    void warmUp(Client client, double time) throws IOException, InterruptedException {
        Window window = client.measure(this, RAMP, time);
        if (window.operations() > 0 || window.errors() > 0) {
            judge(window);
        }
    }

    /** Adds a window. One in which nothing happened, on a machine that stood still, is repeated. */
    void measure(Client client, double time) throws IOException, InterruptedException {
        for (int trial = 1; !hasFailed(); trial++) {
            Window window = client.measure(this, RAMP, time);
            if (window.operations() == 0 && window.errors() == 0 && trial < TRIALS) {
                repeated++;
                continue;
            }
            judge(window);
            if (!hasFailed()) {
                windows.add(window);
            }
            return;
        }
    }

    private void judge(Window window) {
        if (errors == 0) {
            error = window.error();
        }
        errors += window.errors();
        if (!child.process().isAlive()) {
            failure = child.death();
        } else if (window.operations() == 0 || window.cpu() <= 0) {
            failure = window.operations() + " operations in a window";
            failure += window.errors() == 0 ? "" : "; " + window.errors() + " errors: " + error;
        }
    }

    double median(ToDoubleFunction<Window> value) {
        double[] sorted = windows.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least(ToDoubleFunction<Window> value) {
        return windows.stream().mapToDouble(value).min().orElseThrow();
    }

    double most(ToDoubleFunction<Window> value) {
        return windows.stream().mapToDouble(value).max().orElseThrow();
    }
}
