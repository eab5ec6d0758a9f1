package convoy.worker.engine.libtorch;

import convoy.worker.engine.EngineBehaviour;
import convoy.worker.engine.EngineProvider;

class LibtorchEngineTest extends EngineBehaviour {

    @Override
    protected EngineProvider provider() {
        return new LibtorchEngineProvider();
    }

    /**
     * PyTorch adds up the moments of batch norms in single precision where channels are last: those of Inception-v4's first one are
     * 2e-6 off where ND4J's are 5e-8, and the last one's, over 27 numbers each, 1e-3 and 2e-4.
     */
    @Override
    protected double roundings() {
        return 12;
    }
}
