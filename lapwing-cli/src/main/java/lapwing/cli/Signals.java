package lapwing.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The signals that ask a program to end. The JVM turns the first one into its shutdown and ignores
 * those that follow.
 *
 * <p>By reflection, because javac has a warning for each use of {@code sun.misc.Signal} that
 * nothing turns off, and warnings are errors here.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs {@code action}, on a thread of its own, at each of these signals from now on. Does
     * nothing where the JVM leaves signals alone (-Xrs).
     */
    static void on(List<String> names, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ignores = handler.getField("SIG_IGN").get(null);
            Method handle = signal.getMethod("handle", signal, handler);
            Object runs =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) -> {
                                action.run();
                                return null;
                            });
            for (String name : names) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                if (handle.invoke(null, one, runs) == ignores) {
                    handle.invoke(null, one, ignores); // a shell's job in the background
                }
            }
        } catch (ReflectiveOperationException e) {
            return; // the first signal stays the only one
        }
    }
}
