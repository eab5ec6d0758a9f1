package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.storage.HomeDirectory;
import java.util.List;

/**
 * Whitens: takes the training set's mean away and multiplies by the symmetric matrix that makes its values uncorrelated and
 * of equal variance, as {@code Whitening} says. It was fitted once by {@code convoy whiten} and lies beside the data set. Takes
 * the place of {@link Normalize}; where it was fitted behind a {@link GlobalContrastNormalization}, that same one
 * stands before it.
 *
 * @param of the data set whose whitening it is; empty for the training data, which is what held-out images want too
 */
public record Zca(String of) implements Transform {
    public Zca {
        of = HomeDirectory.uri("of", of);
    }

    /** {@return the whitening of the training data's own} */
    public static Zca defaults() {
        return new Zca("");
    }

    @Override
    public Stage stage() {
        return Stage.NORMALIZATION;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) {
        throw new IllegalStateException("pictures are whitened a batch at a time");
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
