package convoy.parameterserver.server;

import convoy.parameterserver.layout.KeyRange;
import java.util.List;

/**
 * Adds up the squares of one step in one partition, for each trained tensor that has a part of it: of the averaged gradient, and
 * of what the step adds to the values. In double precision, one element after the other: the sums depend on the partition grid
 * alone.
 *
 * <p>Not safe for use by several threads.
 */
final class TensorSquares {
    private final List<KeyRange> parts;

    /** Gradient and update of the first part, then of the next. */
    private final double[] squares;

    private float[] before = new float[0];

    /** @param parts of tensors, where they lie in the range's arrays */
    TensorSquares(List<KeyRange> parts) {
        this.parts = parts;
        squares = new double[2 * parts.size()];
    }

    /** Takes the gradient of {@code [begin, end)}, once. */
    void gradient(float[] mean, int begin, int end) {
        for (int part = 0; part < parts.size(); part++) {
            double sum = squares[2 * part];
            int to = Math.min(end, parts.get(part).end());
            for (int i = Math.max(begin, parts.get(part).begin()); i < to; i++) {
                sum += (double) mean[i] * mean[i];
            }
            squares[2 * part] = sum;
        }
    }

    /** Remembers the values of {@code [begin, end)}, which {@link #after} compares with. */
    void before(float[] values, int begin, int end) {
        if (before.length < end - begin) {
            before = new float[end - begin];
        }
        System.arraycopy(values, begin, before, 0, end - begin);
    }

    /** Takes the new values of {@code [begin, end)}, once. */
    void after(float[] values, int begin, int end) {
        for (int part = 0; part < parts.size(); part++) {
            double sum = squares[2 * part + 1];
            int to = Math.min(end, parts.get(part).end());
            for (int i = Math.max(begin, parts.get(part).begin()); i < to; i++) {
                double change = (double) values[i] - before[i - begin];
                sum += change * change;
            }
            squares[2 * part + 1] = sum;
        }
    }

    /** Gradient and update of the first part, then of the next. */
    double[] squares() {
        return squares;
    }
}
