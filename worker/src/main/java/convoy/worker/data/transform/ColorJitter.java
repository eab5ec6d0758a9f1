package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.pixels.Tones;
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
                Tones.brighten(image, brighter);
            } else if (step == 1 && contrast > 0) {
                Tones.contrast(image, sharper);
            } else if (step == 2 && saturation > 0) {
                Tones.saturate(image, stronger);
            } else if (step == 3 && hue > 0) {
                Tones.turn(image, turn);
            }
        }
    }

    private static double factor(double strength, RandomStream random) {
        double least = Math.max(0, 1 - strength);
        return least + (1 + strength - least) * random.nextDouble();
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
