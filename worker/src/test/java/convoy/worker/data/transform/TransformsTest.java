package convoy.worker.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.Painting;
import convoy.worker.data.image.SmallPictures;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.Transform.Extent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TransformsTest {
    private static DatasetInfo info(int height, int width) {
        return DatasetInfo.of(
                List.of("a", "b"),
                List.of(0.5, 0.25, 0.125),
                List.of(0.25, 0.5, 0.75),
                Encoding.RAW,
                height,
                width,
                3,
                List.of(new DatasetInfo.DataFile("f", 1, "", List.of(1))));
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action).isInstanceOf(BadInputException.class).hasMessageContaining(message);
    }

    @Test
    void bytesAreNormalizedAsPyTorchRounds() {
        float[][] table = Transforms.of().normalization(info(8, 8));
        assertThat(table[0][0]).isEqualTo((0f - 0.5f) / 0.25f);
        assertThat(table[1][255]).isEqualTo((1f - 0.25f) / 0.5f);
        assertThat(table[2][100]).isEqualTo((100 / 255f - 0.125f) / 0.75f);
        float[][] own = Transforms.of(new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)))
                .normalization(info(8, 8));
        assertThat(own[2][51]).isEqualTo(51 / 255f);
        assertRefused(
                () -> Transforms.of(new Normalize(List.of(0.0), List.of(1.0))).normalization(info(8, 8)),
                "mean has 1 value, the data set has 3 channels");
    }

    @Test
    void outputShapesFollow() {
        assertThat(Transforms.of(PadCrop.defaults(), Flip.defaults()).output(info(32, 32)))
                .isEqualTo(new Shape.Image(3, 32, 32));
        assertThat(Transforms.of(new Pad(2)).output(info(28, 28))).isEqualTo(new Shape.Image(3, 32, 32));
        assertThat(Transforms.of(new Resize(256), new CenterCrop(224)).output(info(0, 0)))
                .isEqualTo(new Shape.Image(3, 224, 224));
        assertRefused(() -> Transforms.of(new Resize(256)).output(info(0, 0)), "differ in size");
    }

    @Test
    void evaluationHasNothingRandomInIt() {
        assertThat(Transforms.of(PadCrop.defaults(), Flip.defaults(), Normalize.defaults())
                        .forEvaluation())
                .isEqualTo(Transforms.of(Normalize.defaults()));
        assertThat(Transforms.of(RandomResizedCrop.defaults(), Flip.defaults()).forEvaluation())
                .isEqualTo(Transforms.of(new Resize(256), new CenterCrop(224)));
        assertThat(Transforms.of(new Pad(2)).forEvaluation()).isEqualTo(Transforms.of(new Pad(2)));
    }

    /** The sizes that torchvision 0.14 gives for {@code Resize(side)}. */
    @ParameterizedTest
    @CsvSource({
        "375, 500, 256, 256, 341",
        "500, 375, 256, 341, 256",
        "300, 300, 256, 256, 256",
        "333, 500, 224, 224, 336",
        "10, 13, 20, 20, 26"
    })
    void theShorterSideGetsTheLength(int height, int width, int side, int toHeight, int toWidth) {
        assertThat(new Resize(side).after(new Extent(height, width))).isEqualTo(new Extent(toHeight, toWidth));
    }

    private static Canvas canvas(int height, int width) {
        Canvas canvas = Canvas.ofPlanes(3, Painting.identity());
        byte[] planes = SmallPictures.noise(1, height, width);
        canvas.begin(planes, 0, planes.length, height, width);
        return canvas;
    }

    /** (224 - 7) / 2 = 108.5 goes to the even 108, and (226 - 7) / 2 = 109.5 to 110, as in Python. */
    @Test
    void theCentreIsRoundedToEven() throws UndecodableException {
        try (Canvas whole = canvas(224, 226);
                Canvas cut = canvas(224, 226)) {
            whole.crop(108, 110, 7, 7);
            new CenterCrop(7).apply(cut, RandomStream.of(0, "none"));
            assertThat(Painting.of(cut)).isEqualTo(Painting.of(whole));
        }
    }

    /** Every place of a square inside the picture, and of a picture inside the square, comes about equally often. */
    @Test
    void placesOfARandomCropAreFair() throws UndecodableException {
        byte[] planes = new byte[3 * 3 * 3];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (1 + i % 9);
        }
        for (int side : new int[] {2, 4}) {
            Map<String, Integer> seen = new HashMap<>();
            float[] out = new float[3 * side * side];
            int draws = 4_000;
            try (Canvas canvas = Canvas.ofPlanes(3, Painting.identity())) {
                for (int i = 0; i < draws; i++) {
                    canvas.begin(planes, 0, planes.length, 3, 3);
                    new RandomCrop(side).apply(canvas, RandomStream.of(5, "augment", 0, i));
                    canvas.paint(out, 0);
                    seen.merge(Arrays.toString(Arrays.copyOf(out, side * side)), 1, Integer::sum);
                }
            }
            assertThat(seen).as("side %s", side).hasSize(4);
            assertThat(seen.values()).allMatch(count -> Math.abs(count - draws / 4) < 120);
        }
    }

    /** Every shift of a padded crop comes about equally often, and every other picture is mirrored. */
    @Test
    void shiftsAndFlipsAreFair() throws UndecodableException {
        Map<String, Integer> seen = new HashMap<>();
        float[] out = new float[3 * 3 * 3];
        byte[] planes = new byte[27];
        planes[4] = 100;
        planes[5] = 101;
        try (Canvas canvas = Canvas.ofPlanes(3, Painting.identity())) {
            int draws = 18_000;
            for (int i = 0; i < draws; i++) {
                RandomStream random = RandomStream.of(5, "augment", 0, i);
                canvas.begin(planes, 0, planes.length, 3, 3);
                new PadCrop(1).apply(canvas, random);
                new Flip(0.5).apply(canvas, random);
                canvas.paint(out, 0);
                int middle = -1;
                int neighbour = -1;
                for (int j = 0; j < 9; j++) {
                    middle = out[j] == 100 ? j : middle;
                    neighbour = out[j] == 101 ? j : neighbour;
                }
                seen.merge(middle + " " + neighbour, 1, Integer::sum);
            }
            // Nine shifts, mirrored or not; the neighbour falls off the edge in a third of them.
            assertThat(seen).hasSize(18);
            assertThat(seen.values()).allMatch(count -> Math.abs(count - 1000) < 150);
        }
    }

    /** The mean area and ratio of random resized crops, and that they stay inside the picture. */
    @Test
    void randomResizedCropsCoverWhatTheyShould() throws UndecodableException {
        double area = 0;
        int draws = 4000;
        int full = 0;
        for (int i = 0; i < draws; i++) {
            Box box = new Box();
            draw(box, 375, 500, RandomStream.of(1, "augment", 0, i));
            assertThat(box.top).isBetween(0, 375 - box.height);
            assertThat(box.left).isBetween(0, 500 - box.width);
            double share = box.height * box.width / (375.0 * 500);
            assertThat(share).isBetween(0.075, 1.0);
            assertThat((double) box.width / box.height).isBetween(0.72, 1.40);
            area += share / draws;
            full += share > 0.9 ? 1 : 0;
        }
        // Uniform in [0.08, 1] would give 0.54; the largest often do not fit and are drawn again, which a simulation of
        // torchvision's rule puts at 0.433.
        assertThat(area).isCloseTo(0.433, within(0.015));
        assertThat(full).isPositive();
    }

    private static final class Box {
        int top;
        int left;
        int height;
        int width;
    }

    /** Reads off where the crop lies from a picture whose pixels say where they are. */
    private static void draw(Box box, int height, int width, RandomStream random) throws UndecodableException {
        RandomResizedCrop crop = new RandomResizedCrop(1, 0.08, 1, 3.0 / 4, 4.0 / 3);
        try (Canvas canvas = Canvas.ofPlanes(3, Painting.identity())) {
            canvas.begin(new byte[0], 0, 0, height, width);
            crop.apply(canvas, random);
            double[] found = Painting.box(canvas);
            box.top = (int) found[0];
            box.left = (int) found[1];
            box.height = (int) found[2];
            box.width = (int) found[3];
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertRefused(() -> new PadCrop(0), "pad-crop: padding = 0, must be at least 1");
        assertRefused(() -> new Flip(1.5), "flip: probability = 1.5, must lie in [0, 1]");
        assertRefused(() -> new Flip(Double.NaN), "flip: probability = NaN");
        assertRefused(() -> new Resize(0), "resize: side = 0");
        assertRefused(() -> new CenterCrop(-1), "center-crop: side = -1");
        assertRefused(() -> new RandomResizedCrop(224, 0.5, 0.2, 1, 1), "min-scale = 0.5, max-scale = 0.2");
        assertRefused(() -> new RandomResizedCrop(224, 0.5, 1, 2, 1), "min-ratio = 2.0, max-ratio = 1.0");
        assertRefused(() -> new Normalize(List.of(1.0), List.of()), "mean has 1 value and std has 0");
        assertRefused(() -> new Normalize(List.of(1.0), List.of(0.0)), "std = 0.0, must be above 0");
        assertRefused(
                () -> Transforms.of(Normalize.defaults(), Normalize.defaults()),
                "normalize is number 2, after normalize; a picture is normalized once");
    }
}
