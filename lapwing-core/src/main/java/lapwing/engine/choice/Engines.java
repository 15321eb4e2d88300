package lapwing.engine.choice;

import lapwing.engine.Engine;
import lapwing.engine.selector.SelectorEngine;
import lapwing.engine.uring.UringEngine;
import org.jspecify.annotations.Nullable;

/**
 * The choice of engine: system property {@code lapwing.engine} = {@code uring}, {@code selector} or
 * {@code auto} (the default).
 */
public final class Engines {
    /** The choice, or why there is none; made at the first call of {@link #current}. */
    private static final class Chosen {
        static final @Nullable Engine ENGINE;
        static final String FAILURE;

        static {
            @Nullable Engine engine = null;
            String failure = "";
            try {
                engine = choose(System.getProperty("lapwing.engine", "auto"));
            } catch (IllegalStateException e) {
                failure = String.valueOf(e.getMessage());
            }
            ENGINE = engine;
            FAILURE = failure;
            if (engine != null) {
                LastSends.of(engine);
            }
        }
    }

    private Engines() {}

    /**
     * The engine of this JVM, chosen at the first call.
     *
     * @throws IllegalStateException if there is none; the message says why and what to do
     */
    public static Engine current() {
        Engine engine = Chosen.ENGINE;
        if (engine == null) {
            throw new IllegalStateException(Chosen.FAILURE);
        }
        return engine;
    }

    private static Engine choose(String name) {
        return switch (name) {
            case "uring" -> UringEngine.open();
            case "selector" -> SelectorEngine.open(null);
            case "auto" -> best();
            default ->
                    throw new IllegalStateException(
                            "lapwing.engine="
                                    + name
                                    + ": no such engine; use uring, selector or auto");
        };
    }

    /** io_uring if the kernel grants a ring, else selectors and one line that says why. */
    private static Engine best() {
        String denial;
        try {
            return UringEngine.open();
        } catch (IllegalStateException e) {
            denial = String.valueOf(e.getMessage());
        }
        System.getLogger("lapwing.engine")
                .log(
                        System.Logger.Level.INFO,
                        "using java.nio selectors, because io_uring is not to be had: " + denial);
        return SelectorEngine.open(denial);
    }
}
