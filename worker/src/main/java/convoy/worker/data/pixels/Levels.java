package convoy.worker.data.pixels;

import convoy.worker.data.image.FloatImage;

/**
 * What becomes of each value by itself or by how often values occur, as torchvision's {@code transforms.functional} does it. What is
 * defined on bytes, {@code posterize} and {@code equalize}, takes the nearest of 256 levels for each value.
 */
public final class Levels {
    private static final int MOST = 255;

    private Levels() {}

    /**
     * Keeps only the upper bits of each byte.
     *
     * @param image changed in place
     * @param bits how many, from 0 to 8
     */
    public static void posterize(FloatImage image, int bits) {
        int mask = MOST << (8 - bits) & MOST;
        float[] values = image.values();
        for (int i = 0; i < image.size(); i++) {
            values[i] = (level(values[i]) & mask) / (float) MOST;
        }
    }

    /**
     * Turns every value that is not below a threshold into 1 minus itself.
     *
     * @param image changed in place
     * @param threshold in [0, 1]
     */
    public static void solarize(FloatImage image, double threshold) {
        float least = (float) threshold;
        float[] values = image.values();
        for (int i = 0; i < image.size(); i++) {
            values[i] = values[i] >= least ? 1 - values[i] : values[i];
        }
    }

    /**
     * Stretches the values of each channel so that the least is 0 and the largest 1; a channel of one value stays as it is.
     *
     * @param image changed in place
     */
    public static void stretch(FloatImage image) {
        float[] values = image.values();
        int plane = image.plane();
        for (int from = 0; from < image.size(); from += plane) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + plane; i++) {
                least = Math.min(least, values[i]);
                most = Math.max(most, values[i]);
            }
            if (least < most) {
                float scale = 1 / (most - least);
                for (int i = from; i < from + plane; i++) {
                    values[i] = Math.max(0f, Math.min(1f, (values[i] - least) * scale));
                }
            }
        }
    }

    /**
     * Spreads the bytes of each channel so that each range of them is about as common as any other of its length.
     *
     * @param image changed in place
     */
    public static void equalize(FloatImage image) {
        float[] values = image.values();
        int plane = image.plane();
        for (int from = 0; from < image.size(); from += plane) {
            int[] counts = new int[MOST + 1];
            for (int i = from; i < from + plane; i++) {
                counts[level(values[i])]++;
            }
            int last = MOST;
            while (counts[last] == 0) {
                last--;
            }
            int step = (plane - counts[last]) / MOST;
            if (step > 0) {
                int[] becomes = spread(counts, step);
                for (int i = from; i < from + plane; i++) {
                    values[i] = becomes[level(values[i])] / (float) MOST;
                }
            } else {
                for (int i = from; i < from + plane; i++) {
                    values[i] = level(values[i]) / (float) MOST;
                }
            }
        }
    }

    private static int[] spread(int[] counts, int step) {
        int[] becomes = new int[counts.length];
        int below = 0;
        for (int level = 0; level < counts.length; level++) {
            becomes[level] = level == 0 ? 0 : Math.min(MOST, (below + step / 2) / step);
            below += counts[level];
        }
        return becomes;
    }

    private static int level(float value) {
        return Math.round(value * MOST);
    }
}
