package convoy.driver.listening;

import convoy.worker.provided.Arguments;
import convoy.worker.provided.Provider;

/** Makes listeners. A jar names its provider in {@code META-INF/services/convoy.driver.listening.RunListenerProvider}. */
public interface RunListenerProvider extends Provider {
    /**
     * {@return a listener for one call of a run, which is made before the run begins; whatever takes long belongs into its first event}
     *
     * @param arguments what the run file tells it
     */
    RunListener listener(Arguments arguments);
}
