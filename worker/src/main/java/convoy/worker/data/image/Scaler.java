package convoy.worker.data.image;

import java.util.Arrays;

/**
 * Scales pixels as Pillow does, first horizontally and then vertically, a row of the result at a time. The pixel rows that
 * it needs are scaled horizontally each when it is first needed and into the place of one that is needed no more: so few
 * are held that they stay in the processor's nearest cache.
 */
final class Scaler {
    /** {@link Resampling#HALF} in both halves. */
    private static final long HALVES = ((long) Resampling.HALF << 32) | Resampling.HALF;

    private final int channels;
    private final Resampling columns = new Resampling();
    private final Resampling lines = new Resampling();
    private int width;
    private long[] pair = {};

    /** Row y is at {@code y % heldRows}. An array for each, since only so are loops over them compiled to vectors. */
    private int[][] narrowed = {};

    private int narrowedRows;
    private int heldRows;

    /** @param channels 1 or 3 */
    Scaler(int channels) {
        this.channels = channels;
    }

    /** Gets ready for the part of a grid that is shown, which must not be empty. */
    void prepare(Geometry geometry, Geometry.Shown shown) {
        Geometry.Box box = geometry.box();
        width = shown.width();
        columns.prepare(
                (int) Math.floor(box.left()),
                (int) Math.ceil(box.left() + box.width()),
                box.left(),
                box.width(),
                geometry.gridWidth(),
                shown.left(),
                shown.left() + width);
        lines.prepare(
                (int) Math.floor(box.top()),
                (int) Math.ceil(box.top() + box.height()),
                box.top(),
                box.height(),
                geometry.gridHeight(),
                shown.top(),
                shown.bottom());
        narrowedRows = lines.starts[0];
        // One more than a row of the grid needs, since two are made at a time.
        heldRows = lines.taps + 1;
        if (narrowed.length < heldRows || narrowed[0].length < channels * width) {
            narrowed = new int[heldRows][channels * width];
        }
        if (pair.length < channels * columns.span(width)) {
            pair = new long[channels * columns.span(width)];
        }
    }

    /**
     * Scales vertically: one output row of bytes, channel after channel.
     *
     * @param row counted from the first that is shown; they are asked for in order
     */
    void row(Pixels source, int row, int[] sums) {
        int first = lines.starts[row];
        int taps = lines.taps;
        for (; narrowedRows < first + taps; narrowedRows += 2) {
            narrow(source, narrowedRows);
        }
        int count = channels * width;
        Arrays.fill(sums, 0, count, Resampling.HALF);
        for (int k = 0; k < taps; k++) {
            int weight = lines.weights[row * taps + k];
            if (weight != 0) {
                int[] from = narrowed[(first + k) % heldRows];
                for (int i = 0; i < count; i++) {
                    sums[i] += from[i] * weight;
                }
            }
        }
        for (int i = 0; i < count; i++) {
            sums[i] >>= Resampling.BITS;
        }
    }

    /**
     * Scales pixel rows y and y + 1 horizontally, each pair of their bytes in the halves of one long: a weighted sum of
     * bytes stays below 2^31, so the halves do not meet, and one multiplication does the work of two.
     */
    private void narrow(Pixels source, int y) {
        int[] to = narrowed[y % heldRows];
        int[] toBelow = narrowed[(y + 1) % heldRows];
        int begin = columns.starts[0];
        int span = columns.span(width);
        if (channels == 3 && source.interleaved()) {
            source.pair(0, y, begin, span, pair);
            narrowMixed(to, toBelow);
            return;
        }
        for (int c = 0; c < channels; c++) {
            source.pair(c, y, begin, span, pair);
            narrowPlane(to, toBelow, c * width);
        }
    }

    private void narrowPlane(int[] to, int[] toBelow, int at) {
        int begin = columns.starts[0];
        long[] source = pair;
        int[] weights = columns.weights;
        int[] starts = columns.starts;
        int taps = columns.taps;
        int count = width;
        int weight = 0;
        for (int i = 0; i < count; i++) {
            int from = starts[i] - begin;
            long sum = HALVES;
            for (int k = 0; k < taps; k++) {
                sum += source[from + k] * weights[weight + k];
            }
            weight += taps;
            to[at + i] = (int) sum >> Resampling.BITS;
            toBelow[at + i] = (int) (sum >> 32) >> Resampling.BITS;
        }
    }

    /**
     * The three channels of decoded pixels at once, which takes half the time of one after the other. The inner loop ends
     * by a comparison for equality on purpose: the compiler prepares a loop that counts up to a limit for many rounds, and
     * this one has two to six.
     */
    private void narrowMixed(int[] to, int[] toBelow) {
        int begin = columns.starts[0];
        long[] source = pair;
        int[] weights = columns.weights;
        int[] starts = columns.starts;
        int taps = columns.taps;
        int count = width;
        int weight = 0;
        for (int i = 0; i < count; i++) {
            int from = 3 * (starts[i] - begin);
            int end = from + 3 * taps;
            long red = HALVES;
            long green = HALVES;
            long blue = HALVES;
            do {
                long share = weights[weight++];
                blue += source[from] * share;
                green += source[from + 1] * share;
                red += source[from + 2] * share;
                from += 3;
            } while (from != end);
            to[i] = (int) red >> Resampling.BITS;
            to[i + count] = (int) green >> Resampling.BITS;
            to[i + 2 * count] = (int) blue >> Resampling.BITS;
            toBelow[i] = (int) (red >> 32) >> Resampling.BITS;
            toBelow[i + count] = (int) (green >> 32) >> Resampling.BITS;
            toBelow[i + 2 * count] = (int) (blue >> 32) >> Resampling.BITS;
        }
    }
}
