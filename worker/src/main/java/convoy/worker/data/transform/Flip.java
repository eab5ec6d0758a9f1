package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Mirrors left and right, sometimes.
 *
 * @param probability in [0, 1]
 */
public record Flip(double probability) implements Transform {
    public Flip {
        Probability.check("flip", probability);
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
            canvas.flip();
        }
    }

    @Override
    public Extent after(Extent before) {
        return before;
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
