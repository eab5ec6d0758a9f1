package convoy.worker.data.provided;

import convoy.worker.provided.Arguments;
import convoy.worker.provided.Provider;

/**
 * Makes transforms of one's own. A jar names its provider in {@code META-INF/services/convoy.worker.data.provided.TransformProvider}. Name,
 * version and arguments decide the bits of a run, and are kept with it and with its model.
 */
public interface TransformProvider extends Provider {
    /** {@return what changes whenever its functions would make other pixels of a picture than before} */
    String version();

    /** {@return whether its functions draw: such a step is left out where a network is evaluated} */
    boolean isRandom();

    /**
     * {@return the function}
     *
     * @param arguments what the run file tells it
     */
    PixelFunction transform(Arguments arguments);
}
