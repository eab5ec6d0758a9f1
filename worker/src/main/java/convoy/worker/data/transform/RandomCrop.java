package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Cuts out a square at a random place; where the picture is smaller it lies in it at a random place, with a black border
 * (torchvision's {@code RandomCrop}). An evaluation takes the square from the middle.
 *
 * @param side its length in pixels
 */
public record RandomCrop(int side) implements Transform {
    public RandomCrop {
        Length.check("random-crop", "side", side);
    }

    /** {@return 224 pixels, after a resize to 256} */
    public static RandomCrop defaults() {
        return new RandomCrop(224);
    }

    @Override
    public Stage stage() {
        return Stage.PLACEMENT;
    }

    /** Draws the first row, then the first column. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        int top = first(canvas.height(), random);
        int left = first(canvas.width(), random);
        canvas.crop(top, left, side, side);
    }

    private int first(int length, RandomStream random) {
        int free = length - side;
        return free < 0 ? -random.nextInt(1 - free) : random.nextInt(1 + free);
    }

    @Override
    public Extent after(Extent before) {
        return new Extent(side, side);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(new CenterCrop(side));
    }
}
