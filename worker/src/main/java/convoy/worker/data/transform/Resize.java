package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Length;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Scales so that the shorter side gets that length and the proportions stay; bilinear with antialiasing, the pixels
 * that Pillow and so torchvision's evaluation would give.
 *
 * @param side the length of the shorter side, in pixels
 */
public record Resize(int side) implements Transform {
    public Resize {
        Length.check("resize", "side", side);
    }

    /** {@return 256 pixels, before a centre crop of 224} */
    public static Resize defaults() {
        return new Resize(256);
    }

    @Override
    public Stage stage() {
        return Stage.SCALING;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        Extent to = after(new Extent(canvas.height(), canvas.width()));
        canvas.resize(to.height(), to.width());
    }

    @Override
    public Extent after(Extent before) {
        if (before.height() == 0 || before.width() == 0) {
            return before;
        }
        // torchvision cuts the longer side down to a whole number.
        return before.height() <= before.width()
                ? new Extent(side, (int) ((long) side * before.width() / before.height()))
                : new Extent((int) ((long) side * before.height() / before.width()), side);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
