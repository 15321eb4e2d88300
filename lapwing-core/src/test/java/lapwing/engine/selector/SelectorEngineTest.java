package lapwing.engine.selector;

import lapwing.engine.Engine;
import lapwing.engine.EngineContract;

class SelectorEngineTest extends EngineContract {
    @Override
    protected Engine openEngine() {
        return SelectorEngine.open(null);
    }
}
