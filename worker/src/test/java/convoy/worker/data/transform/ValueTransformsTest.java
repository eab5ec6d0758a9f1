package convoy.worker.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.image.SmallPictures;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.pixels.Neighbours;
import convoy.worker.data.pixels.Placement;
import convoy.worker.data.pixels.Tones;
import convoy.worker.data.transform.AutoAugment.RandAugment;
import convoy.worker.data.transform.AutoAugment.TrivialAugment;
import convoy.worker.data.transform.Filter.GaussianBlur;
import convoy.worker.data.transform.Filter.RandomSharpness;
import convoy.worker.data.transform.RandomErasing.Fill;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steps that look at values. The figures of the small picture are torchvision 0.14.1's on a float tensor, made with
 * {@code transforms.functional}, and NumPy's in double precision by pylearn2's formula for global contrast normalization.
 */
final class ValueTransformsTest {
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    /** {@code (37 c + 11 y y + 23 x + 60 x y) % 256} at channel c of (y, x). */
    private static byte[] picture() {
        byte[] planes = new byte[3 * HEIGHT * WIDTH];
        for (int i = 0; i < planes.length; i++) {
            int c = i / (HEIGHT * WIDTH);
            int y = i / WIDTH % HEIGHT;
            int x = i % WIDTH;
            planes[i] = (byte) ((37 * c + 11 * y * y + 23 * x + 60 * x * y) % 256);
        }
        return planes;
    }

    private static Canvas canvas(byte[] planes, int height, int width) {
        Normalize half = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.25, 1.0));
        Canvas canvas = Canvas.ofPlanes(3, half.table());
        canvas.begin(planes, 0, planes.length, height, width);
        return canvas;
    }

    private static float[] painted(Canvas canvas) throws UndecodableException {
        float[] out = new float[3 * canvas.height() * canvas.width()];
        canvas.paint(out, 0);
        return out;
    }

    private static float[] applied(long draw, Transform... steps) throws UndecodableException {
        try (Canvas canvas = canvas(SmallPictures.noise(4, 12, 10), 12, 10)) {
            RandomStream random = RandomStream.of(1, "augment", 0, draw);
            for (Transform step : steps) {
                step.apply(canvas, random);
            }
            return painted(canvas);
        }
    }

    /** Row 1 of every channel. */
    private static float[] secondRows(FloatImage image) {
        float[] rows = new float[3 * WIDTH];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(image.values(), (c * HEIGHT + 1) * WIDTH, rows, c * WIDTH, WIDTH);
        }
        return rows;
    }

    private static void assertClose(float[] found, float... expected) {
        assertThat(found).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("value %d", i).isCloseTo(expected[i], within(1.2e-5f));
        }
    }

    @Test
    void rotatingScalingAndShiftingIsTorchvisionsAffine() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            FloatImage image = canvas.develop();
            Placement.place(image, 30, 1, -1, 0.8, 0, 0);
            assertClose(
                    Arrays.copyOfRange(image.values(), HEIGHT * WIDTH, 2 * HEIGHT * WIDTH),
                    0.00000f,
                    0.18947f,
                    0.54378f,
                    0.71933f,
                    0.36887f,
                    0.00290f,
                    0.35627f,
                    0.44417f,
                    0.60047f,
                    0.51068f,
                    0.00000f,
                    0.00000f,
                    0.03713f,
                    0.75701f,
                    0.61662f,
                    0.00000f,
                    0.00000f,
                    0.00000f,
                    0.00000f,
                    0.10490f);
        }
    }

    /** By the product of torchvision's matrices, in double precision. */
    @Test
    void shearingIsTorchvisionsAffine() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            FloatImage image = canvas.develop();
            Placement.place(image, 10, 1, 0, 0.9, 20, -15);
            assertClose(Arrays.copyOfRange(image.values(), HEIGHT * WIDTH, 2 * HEIGHT * WIDTH), new float[] {
                0.00000f, 0.05654f, 0.20580f, 0.23222f, 0.14887f, 0.00000f, 0.27371f, 0.59478f, 0.73657f, 0.39652f,
                0.14828f, 0.44032f, 0.47843f, 0.59047f, 0.59031f, 0.00000f, 0.00000f, 0.05844f, 0.75004f, 0.71014f
            });
        }
    }

    /** Each row of a picture sheared by 45 degrees is moved by its distance from the middle. */
    @Test
    void shearingMovesRowsOrColumns() throws UndecodableException {
        byte[] planes = SmallPictures.noise(9, 5, 5);
        for (boolean alongRows : new boolean[] {true, false}) {
            try (Canvas canvas = canvas(planes, 5, 5)) {
                Placement.place(canvas.develop(), 0, 0, 0, 1, alongRows ? 45 : 0, alongRows ? 0 : 45);
                float[] sheared = painted(canvas);
                for (int i = 0; i < sheared.length; i++) {
                    int y = i / 5 % 5;
                    int x = i % 5;
                    int fromX = alongRows ? x + y - 2 : x;
                    int fromY = alongRows ? y : y + x - 2;
                    boolean inside = fromX >= 0 && fromX < 5 && fromY >= 0 && fromY < 5;
                    int from = i / 25 * 25 + fromY * 5 + fromX;
                    assertThat(sheared[i]).isCloseTo(inside ? (planes[from] & 0xFF) / 255f : 0, within(1e-5f));
                }
            }
        }
    }

    /** The figures are those of Python's {@code colorsys}, which has torchvision's formula. */
    @Test
    void turningTheHueIsTorchvisions() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Tones.turn(canvas.develop(), 0.3);
            assertClose(secondRows(canvas.develop()), new float[] {
                0.33333f, 0.65882f, 0.98431f, 0.30588f, 0.63137f, 0.04314f, 0.36863f, 0.69412f, 0.01569f, 0.34118f,
                0.24627f, 0.57176f, 0.89725f, 0.21882f, 0.54431f
            });
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Tones.turn(canvas.develop(), -0.2);
            assertClose(secondRows(canvas.develop()), new float[] {
                0.04314f, 0.36863f, 0.69412f, 0.01569f, 0.34118f, 0.33333f, 0.65882f, 0.98431f, 0.30588f, 0.63137f,
                0.13020f, 0.45569f, 0.78118f, 0.10275f, 0.42824f
            });
        }
        byte[] grey = new byte[3 * 16];
        Arrays.fill(grey, (byte) 77);
        try (Canvas canvas = canvas(grey, 4, 4)) {
            Tones.turn(canvas.develop(), 0.4);
            assertThat(painted(canvas)).containsOnly(77 / 255f);
        }
    }

    /** Whatever the colour, sixths of the circle turn red into yellow, green and so on, and a whole circle into itself. */
    @Test
    void sixTurnsOfASixthAreNone() throws UndecodableException {
        byte[] planes = SmallPictures.noise(3, 8, 8);
        try (Canvas canvas = canvas(planes, 8, 8)) {
            float[] before = canvas.develop().values().clone();
            for (int i = 0; i < 6; i++) {
                Tones.turn(canvas.develop(), i % 2 == 0 ? 1 / 6.0 : -5 / 6.0);
            }
            float[] after = canvas.develop().values();
            for (int i = 0; i < planes.length; i++) {
                assertThat(after[i]).isCloseTo(before[i], within(1e-5f));
            }
        }
    }

    @Test
    void brightnessContrastAndSaturationAreTorchvisions() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Tones.brighten(canvas.develop(), 1.3);
            assertClose(secondRows(canvas.develop()), new float[] {
                0.05608f, 0.47922f, 0.90235f, 0.02039f, 0.44353f, 0.24471f, 0.66784f, 1.00000f, 0.20902f, 0.63216f,
                0.43333f, 0.85647f, 1.00000f, 0.39765f, 0.82078f
            });
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Tones.contrast(canvas.develop(), 1.8);
            assertClose(secondRows(canvas.develop()), new float[] {
                0.00000f, 0.30308f, 0.88896f, 0.00000f, 0.25366f, 0.00000f, 0.56425f, 1.00000f, 0.00000f, 0.51484f,
                0.23955f, 0.82543f, 1.00000f, 0.19013f, 0.77602f
            });
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Tones.saturate(canvas.develop(), 1.7);
            assertClose(secondRows(canvas.develop()), new float[] {
                0.00000f, 0.28587f, 0.61139f, 0.00000f, 0.25842f, 0.20703f, 0.53254f, 0.85805f, 0.17958f, 0.50509f,
                0.45370f, 0.77921f, 1.00000f, 0.42624f, 0.75176f
            });
        }
    }

    @Test
    void greyIsTorchvisionsInEveryChannel() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            new RandomGrayscale(1).apply(canvas, RandomStream.of(1, "augment", 0, 0));
            float[] row = {0.16139f, 0.48685f, 0.81230f, 0.13394f, 0.45940f};
            assertClose(
                    secondRows(canvas.develop()),
                    row[0],
                    row[1],
                    row[2],
                    row[3],
                    row[4],
                    row[0],
                    row[1],
                    row[2],
                    row[3],
                    row[4],
                    row[0],
                    row[1],
                    row[2],
                    row[3],
                    row[4]);
        }
    }

    @Test
    void globalContrastNormalizationIsGoodfellows() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            GlobalContrastNormalization.defaults().apply(canvas, RandomStream.of(1, "augment", 0, 0));
            assertClose(secondRows(canvas.develop()), new float[] {
                -10.65630f,
                -2.04969f,
                6.55692f,
                -11.38216f,
                -2.77555f,
                -6.81962f,
                1.78700f,
                10.39361f,
                -7.54547f,
                1.06114f,
                -2.98293f,
                5.62368f,
                14.23029f,
                -3.70879f,
                4.89782f
            });
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            new GlobalContrastNormalization(55, 1e6).apply(canvas, RandomStream.of(1, "augment", 0, 0));
            assertClose(secondRows(canvas.develop()), new float[] {
                -4.99326f, -0.96043f, 3.07240f, -5.33338f, -1.30055f, -3.19549f, 0.83734f, 4.87017f, -3.53561f,
                0.49722f, -1.39772f, 2.63511f, 6.66794f, -1.73784f, 2.29499f
            });
        }
        byte[] flat = new byte[3 * 4 * 4];
        Arrays.fill(flat, (byte) 7);
        try (Canvas canvas = canvas(flat, 4, 4)) {
            GlobalContrastNormalization.defaults().apply(canvas, RandomStream.of(1, "augment", 0, 0));
            assertThat(painted(canvas)).containsOnly(0f);
        }
    }

    private static Stream<Transform> leaveAlone() {
        return Stream.of(
                new RandomAffine(0, 0, 1, 1, 0, 0),
                new ColorJitter(0, 0, 0, 0),
                new RandomGrayscale(0),
                new GaussianNoise(0),
                new RandomErasing(0, 0.02, 0.33, 0.3, 3.3, Fill.NOISE));
    }

    /** Through the floats and back the picture is what the table alone makes of it. */
    @ParameterizedTest
    @MethodSource("leaveAlone")
    void aStepWithNothingToDoLeavesEveryBit(Transform step) throws UndecodableException {
        Normalize normalize = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.25, 1.0));
        boolean last = step instanceof RandomErasing;
        float[] plain = applied(1, normalize);
        assertThat(last ? applied(1, normalize, step) : applied(1, step, normalize))
                .isEqualTo(plain);
    }

    @Test
    void aQuarterTurnMovesEveryPixel() throws UndecodableException {
        byte[] planes = SmallPictures.noise(9, 6, 6);
        try (Canvas canvas = canvas(planes, 6, 6)) {
            Placement.place(canvas.develop(), 90, 0, 0, 1, 0, 0);
            float[] turned = painted(canvas);
            for (int i = 0; i < turned.length; i++) {
                int y = i / 6 % 6;
                int x = i % 6;
                // Clockwise: what is at the top comes from the left.
                int from = i / 36 * 36 + (5 - x) * 6 + y;
                assertThat(turned[i]).isCloseTo((planes[from] & 0xFF) / 255f, within(1e-6f));
            }
        }
    }

    /** Cropping and mirroring floats is what cropping and mirroring bytes is, whichever comes first. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void placementMeansTheSameForBytesAndFloats(long draw) throws UndecodableException {
        Normalize normalize = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.25, 1.0));
        Transform[] placement = {
            new PadCrop(3),
            new Flip(0.5),
            new Flip(0.5, Flip.Direction.VERTICAL),
            new RandomCrop(9),
            new Pad(1),
            new RandomCrop(12),
            new CenterCrop(13)
        };
        Transform[] early =
                Stream.concat(Arrays.stream(placement), Stream.of(normalize)).toArray(Transform[]::new);
        Transform[] developed = Stream.concat(Stream.of(new ColorJitter(0, 0, 0, 0)), Arrays.stream(early))
                .toArray(Transform[]::new);
        // The idle jitter draws numbers too: compare with one that comes first and whose picture stays bytes.
        RandomStream random = RandomStream.of(1, "augment", 0, draw);
        float[] expected;
        try (Canvas canvas = canvas(SmallPictures.noise(4, 12, 10), 12, 10)) {
            try (Canvas other = canvas(SmallPictures.noise(4, 12, 10), 12, 10)) {
                new ColorJitter(0, 0, 0, 0).apply(other, random);
            }
            for (Transform step : early) {
                step.apply(canvas, random);
            }
            expected = painted(canvas);
        }
        assertThat(applied(draw, developed)).isEqualTo(expected);
    }

    /** What is cropped from outside a normalized picture is 0, as with PyTorch's tensors. */
    @Test
    void outsideANormalizedPictureIsZero() throws UndecodableException {
        Normalize normalize = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.25, 1.0));
        float[] before = applied(1, normalize);
        float[] after = applied(1, normalize, new Pad(1));
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 14; y++) {
                for (int x = 0; x < 12; x++) {
                    boolean border = y == 0 || y == 13 || x == 0 || x == 11;
                    assertThat(after[(c * 14 + y) * 12 + x])
                            .isEqualTo(border ? 0 : before[(c * 12 + y - 1) * 10 + x - 1]);
                }
            }
        }
    }

    /** Rectangles of the shares and ratios asked for, filled, in about as many pictures as asked for. */
    @Test
    void erasedRectanglesAreTorchvisions() throws UndecodableException {
        int erased = 0;
        double share = 0;
        byte[] white = new byte[3 * 32 * 32];
        Arrays.fill(white, (byte) 255);
        int draws = 4000;
        try (Canvas canvas = canvas(white, 32, 32)) {
            for (int i = 0; i < draws; i++) {
                canvas.begin(white, 0, white.length, 32, 32);
                RandomErasing.defaults().apply(canvas, RandomStream.of(1, "augment", 0, i));
                new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)).apply(canvas, RandomStream.of(0, "none"));
                float[] out = canvas.develop().values();
                int zeros = 0;
                int rowsHit = 0;
                for (int y = 0; y < 32; y++) {
                    int inRow = 0;
                    for (int x = 0; x < 32; x++) {
                        inRow += out[y * 32 + x] == 0 ? 1 : 0;
                    }
                    zeros += inRow;
                    rowsHit += inRow > 0 ? 1 : 0;
                }
                if (zeros > 0) {
                    erased++;
                    share += zeros / 1024.0;
                    assertThat(zeros % rowsHit).isZero();
                    double ratio = (double) rowsHit * rowsHit / zeros;
                    assertThat(ratio).isBetween(0.2, 5.0);
                    assertThat(zeros / 1024.0).isBetween(0.012, 0.36);
                }
            }
        }
        assertThat(erased).isBetween(1900, 2100);
        // A simulation of torchvision's rule on 32 x 32 gives 0.1738.
        assertThat(share / erased).isCloseTo(0.173, within(0.008));
    }

    @Test
    void noiseHasTheDeviationAskedFor() throws UndecodableException {
        byte[] grey = new byte[3 * 64 * 64];
        Arrays.fill(grey, (byte) 127);
        try (Canvas canvas = canvas(grey, 64, 64)) {
            new GaussianNoise(0.05).apply(canvas, RandomStream.of(1, "augment", 0, 0));
            double sum = 0;
            double squares = 0;
            for (float value : painted(canvas)) {
                sum += value - 127 / 255.0;
                squares += Math.pow(value - 127 / 255.0, 2);
            }
            assertThat(sum / grey.length).isCloseTo(0, within(0.002));
            assertThat(Math.sqrt(squares / grey.length)).isCloseTo(0.05, within(0.002));
        }
    }

    /** Row 1 of channel 1, as the other figures. */
    private static float[] middleRow(FloatImage image) {
        return Arrays.copyOfRange(image.values(), (HEIGHT + 1) * WIDTH, (HEIGHT + 2) * WIDTH);
    }

    @Test
    void blurringIsTorchvisionsGaussianBlur() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Neighbours.blur(canvas.develop(), 3, 1.2);
            assertClose(middleRow(canvas.develop()), 0.40411f, 0.45291f, 0.53478f, 0.51574f, 0.49307f);
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Neighbours.blur(canvas.develop(), 5, 0.7);
            assertClose(middleRow(canvas.develop()), 0.34926f, 0.48595f, 0.56310f, 0.46847f, 0.46187f);
        }
    }

    @Test
    void sharpeningIsTorchvisions() throws UndecodableException {
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Neighbours.sharpen(canvas.develop(), 2);
            assertClose(middleRow(canvas.develop()), 0.18824f, 0.57104f, 1f, 0f, 0.48627f);
        }
        try (Canvas canvas = canvas(picture(), HEIGHT, WIDTH)) {
            Neighbours.sharpen(canvas.develop(), 0);
            assertClose(middleRow(canvas.develop()), 0.18824f, 0.45641f, 0.62745f, 0.41237f, 0.48627f);
        }
    }

    /** A kernel wider than the picture is mirrored back and forth; one grey stays that grey. */
    @Test
    void aBlurMayBeWiderThanThePicture() throws UndecodableException {
        byte[] grey = new byte[3 * 2 * 3];
        Arrays.fill(grey, (byte) 51);
        try (Canvas canvas = canvas(grey, 2, 3)) {
            Neighbours.blur(canvas.develop(), 21, 5);
            for (int i = 0; i < grey.length; i++) {
                assertThat(canvas.develop().values()[i]).isCloseTo(0.2f, within(1e-6f));
            }
        }
    }

    /** Every adjustment of a policy comes about, and the same draw gives the same picture. */
    @Test
    void policiesAreDrawnFromTheRowsOwnStream() throws UndecodableException {
        for (Transform policy : List.of(new RandAugment(1, 20), new TrivialAugment(), RandAugment.defaults())) {
            Set<Integer> outcomes = new HashSet<>();
            for (int draw = 0; draw < 300; draw++) {
                float[] once = applied(draw, policy);
                assertThat(applied(draw, policy)).isEqualTo(once);
                outcomes.add(Arrays.hashCode(once));
            }
            // Of one strength: 9 with two sides, 4 without, and the picture itself.
            assertThat(outcomes).as(policy.toString()).hasSizeGreaterThanOrEqualTo(22);
        }
    }

    @Test
    void sharpnessComesAboutAsOftenAsItIsAskedFor() throws UndecodableException {
        float[] still = applied(0);
        int changed = 0;
        for (int draw = 0; draw < 400; draw++) {
            changed += Arrays.equals(applied(draw, new RandomSharpness(2, 0.25)), still) ? 0 : 1;
        }
        assertThat(changed).isBetween(70, 130);
        assertThat(applied(1, new RandomSharpness(1, 1))).isEqualTo(applied(1, new ColorJitter(0, 0, 0, 0)));
    }

    /** The wider the Gaussian, the less is left of noise. */
    @Test
    void aBlurIsOfRandomWidth() throws UndecodableException {
        assertThat(applied(1, new GaussianBlur(5, 0.5, 3))).isNotEqualTo(applied(2, new GaussianBlur(5, 0.5, 3)));
        assertThat(spread(applied(1, new GaussianBlur(5, 3, 3))))
                .isLessThan(spread(applied(1, new GaussianBlur(5, 0.5, 0.5))));
    }

    private static double spread(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        return squares / values.length - Math.pow(sum / values.length, 2);
    }

    @Test
    void nothingRandomIsLeftForEvaluation() {
        assertThat(Transforms.of(
                                new Resize(8),
                                RandomAffine.defaults(),
                                ColorJitter.defaults(),
                                RandomGrayscale.defaults(),
                                GaussianNoise.defaults(),
                                GaussianBlur.defaults(),
                                RandomSharpness.defaults(),
                                RandAugment.defaults(),
                                new TrivialAugment(),
                                new Flip(1, Flip.Direction.VERTICAL),
                                new RandomCrop(7),
                                GlobalContrastNormalization.defaults(),
                                RandomErasing.defaults())
                        .forEvaluation())
                .isEqualTo(Transforms.of(new Resize(8), new CenterCrop(7), GlobalContrastNormalization.defaults()));
    }

    @Test
    void normalizationIsAddedWhereNothingNormalizes() {
        List<Double> mean = List.of(0.5);
        List<Double> std = List.of(0.25);
        Normalize figures = new Normalize(mean, std);
        assertThat(Transforms.of(new Flip(0.5)).normalizedBy(mean, std))
                .isEqualTo(Transforms.of(new Flip(0.5), figures));
        assertThat(Transforms.of(RandomErasing.defaults(), new Flip(0.5)).normalizedBy(mean, std))
                .isEqualTo(Transforms.of(figures, RandomErasing.defaults(), new Flip(0.5)));
        assertThat(Transforms.of(Normalize.defaults(), new Pad(2)).normalizedBy(mean, std))
                .isEqualTo(Transforms.of(figures, new Pad(2)));
        Transforms contrast = Transforms.of(GlobalContrastNormalization.defaults(), new Pad(2));
        assertThat(contrast.normalizedBy(List.of(), List.of())).isEqualTo(contrast);
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action).isInstanceOf(BadInputException.class).hasMessageContaining(message);
    }

    @Test
    void stepsThatCannotFollowEachOtherAreRefused() {
        assertRefused(
                () -> Transforms.of(ColorJitter.defaults(), new Flip(0.5), RandomResizedCrop.defaults()),
                "transforms: random-resized-crop is number 3, after color-jitter; put it before: the order is scaling,"
                        + " changes of pixels, normalization, erasing");
        assertRefused(
                () -> Transforms.of(Normalize.defaults(), new GaussianNoise(1)),
                "gaussian-noise is number 2, after normalize; put it before");
        assertRefused(
                () -> Transforms.of(RandomErasing.defaults(), Normalize.defaults()),
                "normalize is number 2, after random-erasing; put it before");
        assertRefused(
                () -> Transforms.of(GlobalContrastNormalization.defaults(), Normalize.defaults()),
                "normalize is number 2, after global-contrast-normalization; a picture is normalized once: keep one");
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertRefused(() -> new RandomAffine(-1, 0, 1, 1, 0, 0), "random-affine: degrees = -1.0, must lie in [0, 180]");
        assertRefused(() -> new RandomAffine(0, 1.5, 1, 1, 0, 0), "random-affine: translate = 1.5, must lie in [0, 1]");
        assertRefused(
                () -> new RandomAffine(0, 0, 0, 1, 0, 0), "min-scale = 0.0, max-scale = 1.0, must be 0 < min-scale");
        assertRefused(() -> new ColorJitter(Double.NaN, 0, 0, 0), "color-jitter: brightness = NaN, must be at least 0");
        assertRefused(() -> new ColorJitter(0, -0.1, 0, 0), "color-jitter: contrast = -0.1");
        assertRefused(() -> new ColorJitter(0, 0, -1, 0), "color-jitter: saturation = -1.0");
        assertRefused(() -> new ColorJitter(0, 0, 0, 0.6), "color-jitter: hue = 0.6, must lie in [0, 0.5]");
        assertRefused(() -> new ColorJitter(0, 0, 0, Double.NaN), "color-jitter: hue = NaN");
        assertRefused(
                () -> new RandomAffine(0, 0, 1, 1, 61, 0), "random-affine: shear-x = 61.0, must lie in [0, 60.0]");
        assertRefused(() -> new RandomAffine(0, 0, 1, 1, 0, -1), "random-affine: shear-y = -1.0");
        assertRefused(() -> new RandomGrayscale(2), "random-grayscale: probability = 2.0, must lie in [0, 1]");
        assertRefused(() -> new GaussianNoise(-1), "gaussian-noise: sigma = -1.0, must be at least 0");
        assertRefused(() -> new GaussianBlur(4, 1, 2), "gaussian-blur: kernel = 4, must be odd and lie in [1, 255]");
        assertRefused(() -> new GaussianBlur(257, 1, 2), "gaussian-blur: kernel = 257");
        assertRefused(() -> new GaussianBlur(3, 0, 2), "gaussian-blur: min-sigma = 0.0, max-sigma = 2.0, must be 0 <");
        assertRefused(() -> new GaussianBlur(3, 2, 1), "min-sigma = 2.0, max-sigma = 1.0");
        assertRefused(() -> new RandomSharpness(-1, 1), "random-sharpness: factor = -1.0, must be at least 0");
        assertRefused(() -> new RandomSharpness(1, 2), "random-sharpness: probability = 2.0");
        assertRefused(() -> new RandAugment(0, 9), "rand-augment: operations = 0, must lie in [1, 16]; 2 is usual");
        assertRefused(() -> new RandAugment(2, 31), "rand-augment: magnitude = 31, must lie in [0, 30]; 9 is usual");
        assertRefused(() -> new RandomCrop(0), "random-crop: side = 0, must be at least 1");
        assertRefused(() -> new GlobalContrastNormalization(0, 0), "scale = 0.0, must be above 0; 55 is All-CNN's");
        assertRefused(() -> new GlobalContrastNormalization(1, -1), "bias = -1.0, must be at least 0");
        assertRefused(() -> new RandomErasing(2, 0.1, 0.2, 1, 1, Fill.MEAN), "probability = 2.0");
        assertRefused(() -> new RandomErasing(1, 0.3, 0.2, 1, 1, Fill.MEAN), "min-scale = 0.3, max-scale = 0.2");
        assertRefused(() -> new RandomErasing(1, 0.1, 0.2, 2, 1, Fill.MEAN), "min-ratio = 2.0, max-ratio = 1.0");
    }
}
