package convoy.worker.data;

import convoy.architectures.BadInputException;
import convoy.architectures.RandomStream;
import java.util.Arrays;
import java.util.List;

/**
 * Rotates about the middle, scales and shifts, all in one resampling pass, bilinear; what comes from outside the picture is
 * black (torchvision's {@code RandomAffine} with {@code InterpolationMode.BILINEAR}, without its shear; the pixels are those
 * of {@code affine(..., fill=None)}).
 *
 * <p>An output pixel at (x, y) from the middle takes its value from
 * {@code ((cos a (x - tx) + sin a (y - ty)) / s, (-sin a (x - tx) + cos a (y - ty)) / s)}.
 *
 * @param degrees a of angles uniform in {@code [-a, a]}, clockwise
 * @param translate t of shifts to the right uniform in {@code [-t, t]} widths, and down in {@code [-t, t]} heights, rounded to
 *     whole pixels
 * @param minScale the least scale
 * @param maxScale the largest
 */
public record RandomAffine(double degrees, double translate, double minScale, double maxScale) implements Transform {
    public RandomAffine {
        if (!(degrees >= 0 && degrees <= 180)) {
            throw new BadInputException("random-affine: degrees = " + degrees
                    + ", must lie in [0, 180]: the angle lies in [-degrees, degrees]");
        }
        if (!(translate >= 0 && translate <= 1)) {
            throw new BadInputException("random-affine: translate = " + translate
                    + ", must lie in [0, 1]: it is a share of the picture's width and height");
        }
        if (!(minScale > 0 && minScale <= maxScale && maxScale < Double.POSITIVE_INFINITY)) {
            throw new BadInputException("random-affine: min-scale = " + minScale + ", max-scale = " + maxScale
                    + ", must be 0 < min-scale <= max-scale");
        }
    }

    /** A little of each, as for handwritten digits. */
    public static RandomAffine defaults() {
        return new RandomAffine(15, 0.1, 0.9, 1.1);
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    /** Draws the angle, the shift to the right, the shift down and the scale. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        double angle = degrees * (2 * random.nextDouble() - 1);
        double right = translate * canvas.width() * (2 * random.nextDouble() - 1);
        double down = translate * canvas.height() * (2 * random.nextDouble() - 1);
        double scale = minScale + (maxScale - minScale) * random.nextDouble();
        place(canvas.develop(), angle, Math.rint(right), Math.rint(down), scale);
    }

    /**
     * Does it.
     *
     * @param angle in degrees, clockwise
     * @param right the shift to the right, in pixels
     * @param down likewise
     */
    static void place(FloatImage image, double angle, double right, double down, double scale) {
        int height = image.height();
        int width = image.width();
        int plane = image.plane();
        float[] from = image.values();
        float[] to = image.spare();
        double cos = StrictMath.cos(StrictMath.toRadians(angle)) / scale;
        double sin = StrictMath.sin(StrictMath.toRadians(angle)) / scale;
        double middleX = (width - 1) / 2.0;
        double middleY = (height - 1) / 2.0;
        Arrays.fill(to, 0, image.size(), 0f);
        for (int y = 0; y < height; y++) {
            double dy = y - middleY - down;
            for (int x = 0; x < width; x++) {
                double dx = x - middleX - right;
                double sourceX = cos * dx + sin * dy + middleX;
                double sourceY = cos * dy - sin * dx + middleY;
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
                        for (int c = 0; c < image.channels; c++) {
                            to[c * plane + y * width + x] += shares[corner] * from[c * plane + row * width + column];
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
