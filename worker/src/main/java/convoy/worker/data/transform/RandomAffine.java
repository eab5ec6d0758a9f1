package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.pixels.Placement;
import java.util.List;

/**
 * Rotates about the middle, scales, shears and shifts, all in one resampling pass, bilinear; what comes from outside the
 * picture is black (torchvision's {@code RandomAffine} with {@code InterpolationMode.BILINEAR}; the pixels are those of
 * {@code affine(..., fill=None)}).
 *
 * <p>What was at p from the middle comes to {@code s R(a) Y X p + t}, with {@code X = [1, -tan x; 0, 1]} and
 * {@code Y = [1, 0; -tan y, 1]} for shears by the angles x and y; an output pixel takes its value from where the inverse leads.
 *
 * @param degrees a of angles uniform in {@code [-a, a]}, clockwise
 * @param translate t of shifts to the right uniform in {@code [-t, t]} widths, and down in {@code [-t, t]} heights, rounded to
 *     whole pixels
 * @param minScale the least scale
 * @param maxScale the largest
 * @param shearX x of shears along the rows by angles uniform in {@code [-x, x]} degrees
 * @param shearY likewise along the columns
 */
public record RandomAffine(
        double degrees, double translate, double minScale, double maxScale, double shearX, double shearY)
        implements Transform {
    private static final double MOST_SHEAR = 60;

    public RandomAffine {
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new BadInputException(Refusal.of("degrees", degrees)
                    .by("random-affine")
                    .because(", must lie in [0, 180]")
                    .instead("the angle lies in [-degrees, degrees]"));
        }
        if (!(translate >= 0 && translate <= 1)) {
            throw new BadInputException(Refusal.of("translate", translate)
                    .by("random-affine")
                    .because(", must lie in [0, 1]")
                    .instead("it is a share of the picture's width and height"));
        }
        if (!(minScale > 0 && minScale <= maxScale && maxScale < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("min-scale", minScale)
                    .by("random-affine")
                    .because(", max-scale = " + maxScale + ", must be 0 < min-scale <= max-scale", "max-scale"));
        }
        checkShear("shear-x", shearX);
        checkShear("shear-y", shearY);
    }

    private static void checkShear(String name, double degrees) {
        if (!(degrees >= 0 && degrees <= MOST_SHEAR)) {
            throw new BadInputException(Refusal.of(name, degrees)
                    .by("random-affine")
                    .because(", must lie in [0, " + MOST_SHEAR + "]")
                    .instead("the angle lies in [-" + name + ", " + name + "]"));
        }
    }

    /** {@return a little of each but shear, as for handwritten digits} */
    public static RandomAffine defaults() {
        return new RandomAffine(15, 0.1, 0.9, 1.1, 0, 0);
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    /** Draws the angle, the shift to the right, the shift down, the scale and the shears. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        double angle = degrees * (2 * random.nextDouble() - 1);
        double right = translate * canvas.width() * (2 * random.nextDouble() - 1);
        double down = translate * canvas.height() * (2 * random.nextDouble() - 1);
        double scale = minScale + (maxScale - minScale) * random.nextDouble();
        double alongRows = shearX * (2 * random.nextDouble() - 1);
        double alongColumns = shearY * (2 * random.nextDouble() - 1);
        Placement.place(canvas.develop(), angle, Math.rint(right), Math.rint(down), scale, alongRows, alongColumns);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
