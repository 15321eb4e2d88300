package lapwing.port;

import lapwing.engine.Engine;
import lapwing.engine.choice.Engines;

/** What tests of the faces have to see of a port. */
public final class Ports {
    private Ports() {}

    /** A port whose limit holds however long its threads compute. */
    public static <E> Port<E> strict(int concurrency, EntryWriter<E> writer) {
        Engine engine = Engines.current();
        return new Port<>(
                concurrency == 1 ? engine.ownLoop() : engine.commonLoop(),
                engine.commonLoop(),
                concurrency,
                Integer.MAX_VALUE,
                writer);
    }

    /** The port whose packet a thread works on. */
    public static Port<?> workedOnBy(PortThread thread) {
        return thread.port;
    }
}
