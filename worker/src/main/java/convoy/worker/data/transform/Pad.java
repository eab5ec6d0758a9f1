package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Adds a black border.
 *
 * @param padding its width in pixels, on all four sides
 */
public record Pad(int padding) implements Transform {
    public Pad {
        Length.check("pad", "padding", padding);
    }

    /** {@return from 28 to 32 pixels, as LeNet-5 takes its digits} */
    public static Pad defaults() {
        return new Pad(2);
    }

    @Override
    public Stage stage() {
        return Stage.PLACEMENT;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        canvas.crop(-padding, -padding, canvas.height() + 2 * padding, canvas.width() + 2 * padding);
    }

    @Override
    public Extent after(Extent before) {
        return new Extent(
                before.height() == 0 ? 0 : before.height() + 2 * padding,
                before.width() == 0 ? 0 : before.width() + 2 * padding);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
