package lapwing.engine.uring;

import static org.junit.jupiter.api.Assumptions.abort;

import lapwing.engine.Engine;
import lapwing.engine.EngineContract;

class UringEngineTest extends EngineContract {
    @Override
    protected Engine openEngine() {
        try {
            return UringEngine.open();
        } catch (IllegalStateException e) {
            return abort("io_uring is not to be had: " + e.getMessage());
        }
    }
}
