package convoy.worker.data.pixels;

import convoy.worker.data.image.FloatImage;

/**
 * Brightness, contrast, saturation and hue of a picture in [0, 1], as torchvision's {@code transforms.functional} changes them on
 * float tensors. The first three blend it with another one by a factor f: {@code clamp(f * picture + (1 - f) * other, 0, 1)}.
 */
public final class Tones {
    private Tones() {}

    /**
     * Blends with black.
     *
     * @param image changed in place
     * @param factor 1 leaves it as it is, 0 makes it black
     */
    public static void brighten(FloatImage image, double factor) {
        blend(image, factor, 0);
    }

    /**
     * Blends with the mean of the grey picture.
     *
     * @param image changed in place
     * @param factor 1 leaves it as it is, 0 makes it one grey
     */
    public static void contrast(FloatImage image, double factor) {
        float[] values = image.values();
        int plane = image.plane();
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += image.channels() == 3 ? grey(values[i], values[plane + i], values[2 * plane + i]) : values[i];
        }
        blend(image, factor, (float) (sum / plane));
    }

    /**
     * Blends with the grey picture; one of a single channel stays as it is.
     *
     * @param image changed in place
     * @param factor 1 leaves it as it is, 0 takes its colours away
     */
    public static void saturate(FloatImage image, double factor) {
        if (image.channels() != 3) {
            return;
        }
        float[] values = image.values();
        int plane = image.plane();
        float own = (float) factor;
        float other = (float) (1 - factor);
        for (int i = 0; i < plane; i++) {
            float red = values[i];
            float green = values[plane + i];
            float blue = values[2 * plane + i];
            float grey = other * grey(red, green, blue);
            values[i] = clamp(own * red + grey);
            values[plane + i] = clamp(own * green + grey);
            values[2 * plane + i] = clamp(own * blue + grey);
        }
    }

    /**
     * Turns all hues by a share of the circle; greys have none.
     *
     * @param image changed in place
     * @param share of the circle, in [-1, 1]
     */
    public static void turn(FloatImage image, double share) {
        if (image.channels() != 3) {
            return;
        }
        float[] values = image.values();
        int plane = image.plane();
        for (int i = 0; i < plane; i++) {
            float red = values[i];
            float green = values[plane + i];
            float blue = values[2 * plane + i];
            float most = Math.max(red, Math.max(green, blue));
            float range = most - Math.min(red, Math.min(green, blue));
            if (range == 0) {
                continue;
            }
            // In sixths of the circle: from red over yellow, green, cyan, blue and magenta.
            float sixths = most == red
                    ? (green - blue) / range
                    : most == green ? 2 + (blue - red) / range : 4 + (red - green) / range;
            float turned = sixths + (float) (6 * share);
            turned -= 6 * (float) Math.floor(turned / 6);
            float saturation = range / most;
            int sector = (int) turned;
            float rest = turned - sector;
            float low = clamp(most * (1 - saturation));
            float falling = clamp(most * (1 - saturation * rest));
            float rising = clamp(most * (1 - saturation * (1 - rest)));
            // A float just below 6 may be 6 once rounded, which is 0 again.
            switch (sector % 6) {
                case 0 -> put(values, plane, i, most, rising, low);
                case 1 -> put(values, plane, i, falling, most, low);
                case 2 -> put(values, plane, i, low, most, rising);
                case 3 -> put(values, plane, i, low, falling, most);
                case 4 -> put(values, plane, i, rising, low, most);
                default -> put(values, plane, i, most, low, falling);
            }
        }
    }

    private static void put(float[] values, int plane, int at, float red, float green, float blue) {
        values[at] = red;
        values[plane + at] = green;
        values[2 * plane + at] = blue;
    }

    private static void blend(FloatImage image, double factor, float with) {
        float[] values = image.values();
        float own = (float) factor;
        float other = (float) (1 - factor) * with;
        int size = image.size();
        for (int i = 0; i < size; i++) {
            values[i] = clamp(own * values[i] + other);
        }
    }

    /**
     * {@return {@code 0.2989 R + 0.587 G + 0.114 B}: ITU-R 601's weights as torchvision rounds them}
     *
     * @param red in [0, 1]
     * @param green in [0, 1]
     * @param blue in [0, 1]
     */
    public static float grey(float red, float green, float blue) {
        return 0.2989f * red + 0.587f * green + 0.114f * blue;
    }

    private static float clamp(float value) {
        return Math.max(0f, Math.min(1f, value));
    }
}
