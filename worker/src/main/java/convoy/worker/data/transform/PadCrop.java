package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Adds a black border and cuts out a piece of the former size at a random place.
 *
 * @param padding the width of the border in pixels
 */
public record PadCrop(int padding) implements Transform {
    public PadCrop {
        Length.check("pad-crop", "padding", padding);
    }

    /** {@return four pixels, as is usual for CIFAR} */
    public static PadCrop defaults() {
        return new PadCrop(4);
    }

    @Override
    public Stage stage() {
        return Stage.PLACEMENT;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        int down = random.nextInt(2 * padding + 1) - padding;
        int right = random.nextInt(2 * padding + 1) - padding;
        canvas.crop(down, right, canvas.height(), canvas.width());
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
