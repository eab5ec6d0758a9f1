package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Probability;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Mirrors left and right, or top and bottom, sometimes.
 *
 * @param probability in [0, 1]
 * @param direction which two sides change places
 */
public record Flip(double probability, Direction direction) implements Transform {
    /** Along what a picture is mirrored. */
    public enum Direction {
        /** Left and right change places. */
        HORIZONTAL,
        /** Top and bottom change places. */
        VERTICAL
    }

    public Flip {
        Probability.check("flip", probability);
    }

    /**
     * Mirrors left and right, sometimes.
     *
     * @param probability in [0, 1]
     */
    public Flip(double probability) {
        this(probability, Direction.HORIZONTAL);
    }

    /** {@return a flip every other time} */
    public static Flip defaults() {
        return new Flip(0.5);
    }

    @Override
    public Stage stage() {
        return Stage.PLACEMENT;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        if (random.nextDouble() < probability) {
            switch (direction) {
                case HORIZONTAL -> canvas.flip();
                case VERTICAL -> canvas.flipVertically();
            }
        }
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
