package convoy.worker.data.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.policy.Adjustment.Reach;
import java.util.Arrays;
import java.util.Locale;
import java.util.Scanner;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The figures are torchvision 0.14.1's: {@code autoaugment._apply_op}, bilinear, with the strengths of {@code RandAugment} and {@code
 * TrivialAugmentWide}, on the picture of {@link #picture} as a float tensor, as bytes for posterizing and equalizing.
 */
final class AdjustmentTest {
    /** {@code (37 c + 11 y y + 23 x + 60 x y) % 256} at channel c of (y, x). */
    private static byte[] picture(int channels, int height, int width) {
        byte[] planes = new byte[channels * height * width];
        for (int i = 0; i < planes.length; i++) {
            int c = i / (height * width);
            int y = i / width % height;
            int x = i % width;
            planes[i] = (byte) ((37 * c + 11 * y * y + 23 * x + 60 * x * y) % 256);
        }
        return planes;
    }

    private static float[] changed(int channels, int height, int width, Consumer<FloatImage> change)
            throws UndecodableException {
        byte[] planes = picture(channels, height, width);
        try (Canvas canvas = Canvas.ofPlanes(channels, new float[channels][256])) {
            canvas.begin(planes, 0, planes.length, height, width);
            FloatImage image = canvas.develop();
            change.accept(image);
            return Arrays.copyOf(image.values(), image.size());
        }
    }

    /** Row 1 of channel 1. */
    @ParameterizedTest
    @CsvSource({
        "IDENTITY, USUAL, 17, false, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "SHEAR_X, USUAL, 17, false, 0.27124 0.59673 0.66622 0.24378 0.36227",
        "SHEAR_Y, USUAL, 17, false, 0.19924 0.60673 0.66755 0.65778 0.53727",
        "TRANSLATE_X, USUAL, 17, false, 0.00000 0.18824 0.51373 0.83922 0.16078",
        "TRANSLATE_Y, USUAL, 17, false, 0.14510 0.23529 0.32549 0.41569 0.50588",
        "ROTATE, USUAL, 17, false, 0.20904 0.48812 0.73517 0.43186 0.49575",
        "BRIGHTNESS, USUAL, 17, false, 0.28424 0.77573 1.00000 0.24278 0.73427",
        "COLOR, USUAL, 17, false, 0.20193 0.52743 0.85294 0.17448 0.49998",
        "CONTRAST, USUAL, 17, false, 0.05445 0.54594 1.00000 0.01299 0.50448",
        "SHARPNESS, USUAL, 17, false, 0.18824 0.54296 0.94722 0.03248 0.48627",
        "POSTERIZE, USUAL, 17, false, 0.18824 0.50196 0.83137 0.15686 0.48627",
        "SOLARIZE, USUAL, 17, false, 0.18824 0.48627 0.16078 0.16078 0.51373",
        "AUTO_CONTRAST, USUAL, 17, false, 0.08036 0.45089 0.82143 0.04911 0.41964",
        "EQUALIZE, USUAL, 17, false, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "IDENTITY, USUAL, 23, true, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "SHEAR_X, USUAL, 23, true, 0.12329 0.40143 0.72692 0.39484 0.37398",
        "SHEAR_Y, USUAL, 23, true, 0.18327 0.41767 0.54382 0.36598 0.48818",
        "TRANSLATE_X, USUAL, 23, true, 0.51373 0.83922 0.16078 0.48627 0.00000",
        "TRANSLATE_Y, USUAL, 23, true, 0.31765 0.87843 0.43529 0.99608 0.55294",
        "ROTATE, USUAL, 23, true, 0.28380 0.62127 0.76554 0.36257 0.44732",
        "BRIGHTNESS, USUAL, 23, true, 0.05835 0.15925 0.26016 0.04984 0.15075",
        "COLOR, USUAL, 23, true, 0.16971 0.49518 0.82065 0.14226 0.46773",
        "CONTRAST, USUAL, 23, true, 0.36924 0.47015 0.57105 0.36073 0.46164",
        "SHARPNESS, USUAL, 23, true, 0.18824 0.47418 0.69310 0.33438 0.48627",
        "POSTERIZE, USUAL, 23, true, 0.18824 0.50196 0.81569 0.15686 0.47059",
        "SOLARIZE, USUAL, 23, true, 0.18824 0.48627 0.16078 0.16078 0.51373",
        "AUTO_CONTRAST, USUAL, 23, true, 0.08036 0.45089 0.82143 0.04911 0.41964",
        "EQUALIZE, USUAL, 23, true, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "IDENTITY, WIDE, 17, false, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "SHEAR_X, WIDE, 17, false, 0.46214 0.78763 0.26832 0.43468 0.07707",
        "SHEAR_Y, WIDE, 17, false, 0.22454 0.82063 0.30744 0.91673 0.33565",
        "TRANSLATE_X, WIDE, 17, false, 0.00000 0.00000 0.00000 0.00000 0.00000",
        "TRANSLATE_Y, WIDE, 17, false, 0.00000 0.00000 0.00000 0.00000 0.00000",
        "ROTATE, WIDE, 17, false, 0.14350 0.47956 0.58548 0.78610 0.58891",
        "BRIGHTNESS, WIDE, 17, false, 0.29384 0.80193 1.00000 0.25098 0.75907",
        "COLOR, WIDE, 17, false, 0.20330 0.52881 0.85431 0.17584 0.50135",
        "CONTRAST, WIDE, 17, false, 0.04107 0.54916 1.00000 0.00000 0.50631",
        "SHARPNESS, WIDE, 17, false, 0.18824 0.54588 0.95802 0.01965 0.48627",
        "POSTERIZE, WIDE, 17, false, 0.18824 0.50196 0.81569 0.15686 0.47059",
        "SOLARIZE, WIDE, 17, false, 0.18824 0.48627 0.16078 0.16078 0.51373",
        "AUTO_CONTRAST, WIDE, 17, false, 0.08036 0.45089 0.82143 0.04911 0.41964",
        "EQUALIZE, WIDE, 17, false, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "IDENTITY, WIDE, 23, true, 0.18824 0.51373 0.83922 0.16078 0.48627",
        "SHEAR_X, WIDE, 23, true, 0.00000 0.16216 0.46865 0.79414 0.25475",
        "SHEAR_Y, WIDE, 23, true, 0.17186 0.20271 0.03336 0.00000 0.00000",
        "TRANSLATE_X, WIDE, 23, true, 0.00000 0.00000 0.00000 0.00000 0.00000",
        "TRANSLATE_Y, WIDE, 23, true, 0.00000 0.00000 0.00000 0.00000 0.00000",
        "ROTATE, WIDE, 23, true, 0.05335 0.32514 0.66233 0.48250 0.16096",
        "BRIGHTNESS, WIDE, 23, true, 0.04536 0.12381 0.20225 0.03875 0.11719",
        "COLOR, WIDE, 23, true, 0.16786 0.49332 0.81879 0.14041 0.46587",
        "CONTRAST, WIDE, 23, true, 0.38735 0.46579 0.54423 0.38073 0.45917",
        "SHARPNESS, WIDE, 23, true, 0.18824 0.47022 0.67849 0.35174 0.48627",
        "POSTERIZE, WIDE, 23, true, 0.12549 0.50196 0.75294 0.12549 0.37647",
        "SOLARIZE, WIDE, 23, true, 0.18824 0.48627 0.16078 0.16078 0.51373",
        "AUTO_CONTRAST, WIDE, 23, true, 0.08036 0.45089 0.82143 0.04911 0.41964",
        "EQUALIZE, WIDE, 23, true, 0.18824 0.51373 0.83922 0.16078 0.48627",
    })
    void eachIsTorchvisions(Adjustment adjustment, Reach reach, int level, boolean negative, String row)
            throws UndecodableException {
        float[] values = changed(3, 4, 5, image -> adjustment.apply(image, reach, level, negative));
        Scanner expected = new Scanner(row).useLocale(Locale.ROOT);
        for (int x = 0; x < 5; x++) {
            assertThat(values[20 + 5 + x]).as("column %d", x).isCloseTo(expected.nextFloat(), within(1.2e-5f));
        }
    }

    /** Enough pixels that bytes are spread. */
    @Test
    void equalizingIsTorchvisions() throws UndecodableException {
        float[] values = changed(3, 20, 20, image -> Adjustment.EQUALIZE.apply(image, Reach.USUAL, 0, false));
        assertThat(bytes(values, 1, 7)).containsExactly(111, 255, 255, 189, 77, 255, 255, 156);
        assertThat(bytes(values, 2, 13)).containsExactly(222, 255, 255, 255, 37, 93, 148, 204);
    }

    private static int[] bytes(float[] values, int channel, int row) {
        int[] bytes = new int[8];
        for (int x = 0; x < bytes.length; x++) {
            bytes[x] = Math.round(values[(channel * 20 + row) * 20 + x] * 255);
        }
        return bytes;
    }

    /** What has no strength or the least changes nothing, but for the three that have no levels. */
    @ParameterizedTest
    @EnumSource(
            value = Adjustment.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"AUTO_CONTRAST", "EQUALIZE", "SOLARIZE"})
    void theWeakestLevelChangesNothing(Adjustment adjustment) throws UndecodableException {
        float[] before = changed(3, 6, 5, image -> {});
        float[] after = changed(3, 6, 5, image -> adjustment.apply(image, Reach.WIDE, 0, true));
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
        }
    }

    /** Grey pictures, and ones of a pixel, come out whole. */
    @ParameterizedTest
    @EnumSource(Adjustment.class)
    void takesGreyAndTinyPictures(Adjustment adjustment) throws UndecodableException {
        for (int side : new int[] {1, 2, 7}) {
            float[] values =
                    changed(1, side, side, image -> adjustment.apply(image, Reach.WIDE, Adjustment.STRONGEST, false));
            assertThat(values).hasSize(side * side);
            for (float value : values) {
                assertThat(value).isBetween(0f, 1f);
            }
        }
    }
}
