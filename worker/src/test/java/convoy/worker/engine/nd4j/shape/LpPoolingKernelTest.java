package convoy.worker.engine.nd4j.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.operations.Pooling;
import convoy.architectures.operations.Pooling.Kind;
import convoy.architectures.tensor.Shape.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Figures of PyTorch 1.13.1's {@code torch.nn.functional.lp_pool2d} on a picture of one channel with signs and with a window of zeros,
 * in double precision; the derivative is that of the sum of the outputs times 1/4, 2/4, 3/4, …
 */
final class LpPoolingKernelTest {
    private static final Image PICTURE = new Image(1, 4, 5);
    private static final float[] X = {
        0, 0, 0.25f, -0.75f, 0, 0, 0, 1.25f, 0.375f, 1.25f, 1, -0.375f, 0, -0.75f, 0.25f, 0.125f, -1.125f, -0.625f,
        1.625f, -0.125f
    };

    private static float[] magnitudes() {
        float[] magnitudes = X.clone();
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.abs(magnitudes[i]);
        }
        return magnitudes;
    }

    private static void assertFigures(Pooling pooling, float[] x, double[] y, double[] dx) {
        LpPoolingKernel kernel = new LpPoolingKernel(pooling, PICTURE, pooling.output(List.of(PICTURE)));
        float[] out = kernel.forward(x);
        float[] dy = new float[out.length];
        assertThat(out).hasSize(y.length);
        for (int i = 0; i < out.length; i++) {
            assertThat(out[i]).as("output %d", i).isCloseTo((float) y[i], within(2e-6f));
            dy[i] = (i + 1) / 4f;
        }
        float[] gradient = kernel.backward(x, dy);
        for (int i = 0; i < gradient.length; i++) {
            assertThat(gradient[i]).as("derivative %d", i).isCloseTo((float) dx[i], within(4e-6f));
        }
    }

    /** The last column's windows reach beyond the picture. */
    @Test
    void squaresForgetSigns() {
        assertFigures(
                Pooling.lp(2, 2, 2).withCeil(),
                X,
                new double[] {0, 1.525819, 1.767767, 1.556237, 1.895719, 0.395285},
                new double[] {
                    0, 0, 0.081923, -0.24577, 0, 0, 0, 0.409616, 0.122885, 1.06066, 0.642575, -0.240966, 0, -0.494535,
                    1.897367, 0.080322, -0.722897, -0.412113, 1.071493, -0.948683
                });
    }

    @Test
    void theFourthPowerTakesLongWindows() {
        assertFigures(
                Pooling.window(Kind.LP, 3, 2).withPower(4),
                X,
                new double[] {1.004908, 1.25302, 1.326682, 1.326682, 1.27248, 1.432895, 1.773955, 1.76727},
                new double[] {
                    0, 0, 0.00899, -0.31617, 0, 0, 0, 2.731797, 0.075161, 1.544134, 0.853032, -0.085274, 0, -0.601284,
                    0.012353, 0.001185, -1.589752, -0.20101, 2.899975, -0.000708
                });
    }

    /** A window whose sum is zero has no derivative, though every one of its pixels would have one. */
    @Test
    void theFirstPowerAddsWithSigns() {
        assertFigures(
                Pooling.lp(1, 2, 2).withCeil(), X, new double[] {0, 1.125, 2.5, -0.375, 0.25, 0.25}, new double[] {
                    0, 0, 0.5, 0.5, 1.5, 0, 0, 0.5, 0.5, 1.5, 1, 1, 1.25, 1.25, 3, 1, 1, 1.25, 1.25, 3
                });
    }

    @Test
    void cubesAreOfWhatIsNotNegative() {
        assertFigures(
                Pooling.lp(3, 2, 1),
                magnitudes(),
                new double[] {
                    0, 1.253324, 1.346881, 1.344003, 1.017278, 1.26115, 1.344003, 1.346881, 1.35331, 1.198309, 1.705063,
                    1.678681
                },
                new double[] {
                    0, 0, 0.045733, 0.543957, 0, 0, 0, 4.130691, 0.427264, 2.587635, 2.436436, 0.720078, 0, 2.296013,
                    0.135442, 0.019196, 3.75834, 1.049582, 5.309005, 0.016634
                });
    }

    /** No root of a negative sum of cubes, as in PyTorch. */
    @Test
    void aNegativeSumHasNoRoot() {
        Pooling pooling = Pooling.lp(3, 2, 2);
        Image square = new Image(1, 2, 2);
        LpPoolingKernel kernel = new LpPoolingKernel(pooling, square, new Image(1, 1, 1));
        assertThat(kernel.forward(new float[] {1, -2, 0, 0})[0]).isNaN();
        assertThat(kernel.forward(new float[] {-1, 2, 0, 0})[0]).isCloseTo((float) Math.cbrt(7), within(1e-6f));
    }
}
