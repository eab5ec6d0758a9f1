package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Changes brightness, contrast, saturation and hue, in a random order. The first three blend the picture with another one by a
 * random factor f: {@code clamp(f * picture + (1 - f) * other, 0, 1)}. The other one is black for brightness, the mean of the
 * grey picture for contrast, and the grey picture for saturation, with grey being {@code 0.2989 R + 0.587 G + 0.114 B}. The hue
 * of hue, saturation and value is turned by a random share of the circle (torchvision's {@code ColorJitter} on float tensors).
 *
 * @param brightness b of factors uniform in {@code [max(0, 1 - b), 1 + b]}; 0 leaves it alone
 * @param contrast likewise
 * @param saturation likewise; a grey picture has none to change
 * @param hue h of turns uniform in {@code [-h, h]}, at most half a circle; 0 leaves it alone
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) implements Transform {
    private static final int STEPS = 4;

    public ColorJitter {
        atLeastZero("brightness", brightness);
        atLeastZero("contrast", contrast);
        atLeastZero("saturation", saturation);
        if (!(hue >= 0 && hue <= 0.5)) {
            throw new BadInputException(Refusal.of("hue", hue)
                    .by("color-jitter")
                    .because(", must lie in [0, 0.5], half a circle")
                    .instead("0.1 is usual, 0 leaves it alone"));
        }
    }

    /** {@return 0.4 each and no turn of hues, as is usual for ImageNet} */
    public static ColorJitter defaults() {
        return new ColorJitter(0.4, 0.4, 0.4, 0);
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    /** Draws the factors of brightness, contrast and saturation and the turn of the hue, then their order. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        double brighter = factor(brightness, random);
        double sharper = factor(contrast, random);
        double stronger = factor(saturation, random);
        double turn = hue * (2 * random.nextDouble() - 1);
        int[] order = new int[STEPS];
        for (int i = 0; i < STEPS; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        FloatImage image = canvas.develop();
        for (int step : order) {
            if (step == 0 && brightness > 0) {
                brighten(image, brighter);
            } else if (step == 1 && contrast > 0) {
                contrast(image, sharper);
            } else if (step == 2 && saturation > 0) {
                saturate(image, stronger);
            } else if (step == 3 && hue > 0) {
                turn(image, turn);
            }
        }
    }

    private static double factor(double strength, RandomStream random) {
        double least = Math.max(0, 1 - strength);
        return least + (1 + strength - least) * random.nextDouble();
    }

    static void brighten(FloatImage image, double factor) {
        blend(image, factor, 0);
    }

    static void contrast(FloatImage image, double factor) {
        float[] values = image.values();
        int plane = image.plane();
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += image.channels() == 3 ? grey(values[i], values[plane + i], values[2 * plane + i]) : values[i];
        }
        blend(image, factor, (float) (sum / plane));
    }

    static void saturate(FloatImage image, double factor) {
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

    /** Turns all hues by a share of the circle; greys have none. */
    static void turn(FloatImage image, double share) {
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

    /** ITU-R 601's weights as torchvision rounds them. */
    static float grey(float red, float green, float blue) {
        return 0.2989f * red + 0.587f * green + 0.114f * blue;
    }

    private static float clamp(float value) {
        return Math.max(0f, Math.min(1f, value));
    }

    @Override
    public Extent after(Extent before) {
        return before;
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }

    private static void atLeastZero(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of(name, value)
                    .by("color-jitter")
                    .because(", must be at least 0")
                    .instead("0.4 is usual, 0 leaves it alone"));
        }
    }
}
