package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/** One step from a stored picture to a network's input. The random ones draw from the row's own stream. */
public sealed interface Transform
        permits Normalize,
                Pad,
                PadCrop,
                Flip,
                Resize,
                CenterCrop,
                RandomCrop,
                RandomResizedCrop,
                RandomAffine,
                ColorJitter,
                RandomGrayscale,
                GaussianNoise,
                Filter,
                AutoAugment,
                GlobalContrastNormalization,
                Zca,
                RandomErasing,
                Provided {
    /** When a step may come: stages follow each other as they stand here. */
    enum Stage {
        /** Scales pixels as they are stored. */
        SCALING,
        /** Changes pixels in [0, 1]. */
        PIXELS,
        /** Takes pixels in [0, 1] to what the network is fed with. */
        NORMALIZATION,
        /** Changes what is normalized. */
        ERASING,
        /** Moves values about, whatever they are: at any time. */
        PLACEMENT
    }

    /** {@return when this step may come} */
    Stage stage();

    /**
     * Does it to the picture, or lets the canvas remember to do it when the pixels are wanted.
     *
     * @param canvas has the picture, changed in place
     * @param random where all chance comes from
     * @throws UndecodableException if the file cannot be decoded
     */
    void apply(Canvas canvas, RandomStream random) throws UndecodableException;

    /** A step as it is done to picture after picture. */
    @FunctionalInterface
    interface Step {
        /**
         * Does it, as {@link Transform#apply} says.
         *
         * @param canvas has the picture, changed in place
         * @param random where all chance comes from
         * @throws UndecodableException if the file cannot be decoded
         */
        void apply(Canvas canvas, RandomStream random) throws UndecodableException;
    }

    /** {@return this step, ready to be done to many pictures, by several threads at a time} */
    default Step ready() {
        return this::apply;
    }

    /**
     * {@return the size after this step of pictures that had that size before: the same, unless the step says otherwise}
     *
     * @param before of all pictures
     */
    default Extent after(Extent before) {
        return before;
    }

    /** {@return what takes this step's place when a network is evaluated: itself, if nothing about it is random} */
    List<Transform> forEvaluation();

    /**
     * Height and width in pixels; {@code 0} where they differ from picture to picture.
     *
     * @param height of all pictures, or 0
     * @param width of all pictures, or 0
     */
    record Extent(int height, int width) {}
}
