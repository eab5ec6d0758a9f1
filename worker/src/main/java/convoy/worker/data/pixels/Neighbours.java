package convoy.worker.data.pixels;

import convoy.worker.data.image.FloatImage;

/** What makes a pixel of those around it, as torchvision's {@code transforms.functional} does on float tensors. */
public final class Neighbours {
    private Neighbours() {}

    /**
     * Blurs: each value becomes the mean of those around it, weighted by a Gaussian; beyond the edges the picture is mirrored, without
     * the edge itself twice ({@code gaussian_blur}).
     *
     * @param image changed in place
     * @param kernel the side of the square that is weighted, in pixels, odd
     * @param sigma the Gaussian's standard deviation, in pixels, above 0
     */
    public static void blur(FloatImage image, int kernel, double sigma) {
        int half = kernel / 2;
        float[] weights = gaussian(half, sigma);
        int height = image.height();
        int width = image.width();
        along(image, half, weights, width, 1);
        image.exchange();
        along(image, half, weights, height, width);
        image.exchange();
    }

    private static float[] gaussian(int half, double sigma) {
        double[] weights = new double[2 * half + 1];
        double sum = 0;
        for (int i = -half; i <= half; i++) {
            weights[half + i] = StrictMath.exp(-0.5 * (i / sigma) * (i / sigma));
            sum += weights[half + i];
        }
        float[] shares = new float[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) (weights[i] / sum);
        }
        return shares;
    }

    /**
     * Weighs along one axis, from the picture into its spare room.
     *
     * @param length of the axis, in pixels
     * @param stride from one pixel of it to the next
     */
    private static void along(FloatImage image, int half, float[] weights, int length, int stride) {
        float[] from = image.values();
        float[] to = image.spare();
        for (int i = 0; i < image.size(); i++) {
            int at = i / stride % length;
            float sum = 0;
            for (int k = -half; k <= half; k++) {
                sum += weights[half + k] * from[i + (mirrored(at + k, length) - at) * stride];
            }
            to[i] = sum;
        }
    }

    private static int mirrored(int at, int length) {
        if (at >= 0 && at < length) {
            return at;
        }
        int period = Math.max(1, 2 * length - 2);
        int folded = Math.floorMod(at, period);
        return folded < length ? folded : period - folded;
    }

    /**
     * Blends by a factor f, {@code clamp(f * picture + (1 - f) * smooth, 0, 1)}, with the picture whose inner pixels are means of 3 x 3,
     * the one in the middle weighing 5 times as much ({@code adjust_sharpness}). A picture of two rows or columns has no inner pixels.
     *
     * @param image changed in place
     * @param factor 1 leaves it as it is, 0 makes it smooth, 2 makes it sharper
     */
    public static void sharpen(FloatImage image, double factor) {
        int height = image.height();
        int width = image.width();
        float own = (float) factor;
        float other = (float) (1 - factor);
        float[] from = image.values();
        float[] to = image.spare();
        System.arraycopy(from, 0, to, 0, image.size());
        for (int c = 0; c < image.channels(); c++) {
            for (int y = 1; y < height - 1; y++) {
                for (int x = 1; x < width - 1; x++) {
                    int at = (c * height + y) * width + x;
                    to[at] = Math.max(0f, Math.min(1f, own * from[at] + other * smooth(from, at, width)));
                }
            }
        }
        image.exchange();
    }

    private static float smooth(float[] values, int at, int width) {
        float sum = 4 * values[at];
        for (int row = at - width; row <= at + width; row += width) {
            sum += values[row - 1] + values[row] + values[row + 1];
        }
        return sum / 13;
    }
}
