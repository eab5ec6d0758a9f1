package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Cuts out a square from the middle, with a black border where the picture is smaller.
 *
 * @param side its length in pixels
 */
public record CenterCrop(int side) implements Transform {
    public CenterCrop {
        Length.check("center-crop", "side", side);
    }

    /** {@return 224 pixels, after a resize to 256} */
    public static CenterCrop defaults() {
        return new CenterCrop(224);
    }

    @Override
    public Stage stage() {
        return Stage.PLACEMENT;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        // rint, because torchvision rounds halves to even.
        int top = (int) Math.rint((canvas.height() - side) / 2.0);
        int left = (int) Math.rint((canvas.width() - side) / 2.0);
        canvas.crop(top, left, side, side);
    }

    @Override
    public Extent after(Extent before) {
        return new Extent(side, side);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
