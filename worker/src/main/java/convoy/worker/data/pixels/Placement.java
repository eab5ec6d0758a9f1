package convoy.worker.data.pixels;

import convoy.worker.data.image.FloatImage;
import java.util.Arrays;

/**
 * Rotates about the middle, scales, shears and shifts, all in one resampling pass, bilinear; what comes from outside the picture is 0
 * (torchvision's {@code affine(..., InterpolationMode.BILINEAR, fill=None)}).
 *
 * <p>What was at p from the middle comes to {@code s R(a) Y X p + t}, with {@code X = [1, -tan x; 0, 1]} and
 * {@code Y = [1, 0; -tan y, 1]} for shears by the angles x and y; an output pixel takes its value from where the inverse leads.
 */
public final class Placement {
    private Placement() {}

    /**
     * Puts the picture elsewhere.
     *
     * @param image changed in place
     * @param angle in degrees, clockwise
     * @param right the shift to the right, in pixels
     * @param down likewise
     * @param scale above 0; 1 leaves the size as it is
     * @param shearX along the rows, in degrees
     * @param shearY along the columns, in degrees
     */
    public static void place(
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
}
