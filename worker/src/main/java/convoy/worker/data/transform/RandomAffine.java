package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import java.util.Arrays;
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
        place(canvas.develop(), angle, Math.rint(right), Math.rint(down), scale, alongRows, alongColumns);
    }

    /**
     * Does it.
     *
     * @param angle in degrees, clockwise
     * @param right the shift to the right, in pixels
     * @param down likewise
     * @param shearX along the rows, in degrees
     * @param shearY along the columns, in degrees
     */
    static void place(
            FloatImage image, double angle, double right, double down, double scale, double shearX, double shearY) {
        int height = image.height();
        int width = image.width();
        int plane = image.plane();
        float[] from = image.values();
        float[] to = image.spare();
        double turn = StrictMath.toRadians(angle);
        double tanX = StrictMath.tan(StrictMath.toRadians(shearX));
        double columns = StrictMath.toRadians(shearY);
        // The matrix without the scale is [a, b; c, d], of determinant 1.
        double a = StrictMath.cos(turn - columns) / StrictMath.cos(columns);
        double b = -a * tanX - StrictMath.sin(turn);
        double c = StrictMath.sin(turn - columns) / StrictMath.cos(columns);
        double d = StrictMath.cos(turn) - c * tanX;
        double middleX = (width - 1) / 2.0;
        double middleY = (height - 1) / 2.0;
        Arrays.fill(to, 0, image.size(), 0f);
        for (int y = 0; y < height; y++) {
            double dy = y - middleY - down;
            for (int x = 0; x < width; x++) {
                double dx = x - middleX - right;
                double sourceX = d / scale * dx - b / scale * dy + middleX;
                double sourceY = a / scale * dy - c / scale * dx + middleY;
                if (sourceX <= -1 || sourceX >= width || sourceY <= -1 || sourceY >= height) {
                    continue;
                }
                int left = (int) Math.floor(sourceX);
                int top = (int) Math.floor(sourceY);
                float shareX = (float) (sourceX - left);
                float shareY = (float) (sourceY - top);
                float[] shares = {
                    (1 - shareX) * (1 - shareY), shareX * (1 - shareY), (1 - shareX) * shareY, shareX * shareY
                };
                for (int corner = 0; corner < 4; corner++) {
                    int column = left + corner % 2;
                    int row = top + corner / 2;
                    if (column >= 0 && column < width && row >= 0 && row < height) {
                        for (int channel = 0; channel < image.channels(); channel++) {
                            to[channel * plane + y * width + x] +=
                                    shares[corner] * from[channel * plane + row * width + column];
                        }
                    }
                }
            }
        }
        image.exchange();
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
