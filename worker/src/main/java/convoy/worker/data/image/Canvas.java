package convoy.worker.data.image;

import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.UndecodableException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Where the transforms meet a picture. Crops, flips and one scaling are only noted, and done together when the floats are
 * wanted: pixels that a crop leaves out are never computed, and a JPEG that is scaled down far is decoded at a fraction of
 * its size.
 *
 * <pre>
 *   pixels --(box scaled to)--> grid: gridHeight x gridWidth --(window, perhaps mirrored)--> the canvas: height x width
 * </pre>
 *
 * <p>What lies in the window and outside the visible part of the grid is black. Holds native memory; for one thread at a
 * time.
 */
public final class Canvas implements AutoCloseable {
    /** Pixels in [0, 1]. */
    private static final float[][] UNIT = unit();

    /** {@link Resampling#HALF} in both halves. */
    private static final long HALVES = ((long) Resampling.HALF << 32) | Resampling.HALF;

    private final ImageDecoder decoder = new ImageDecoder();
    private final boolean encoded;
    private final int channels;

    /** {@code [channel][byte]}: what each byte becomes. */
    private final float[][] table;

    /** The picture once a step wanted its values: from then on everything is done at once, to these. */
    private final FloatImage floats;

    private boolean developed;
    private boolean normalized;

    // The picture as stored.
    private byte[] stored = {};
    private int storedFrom;
    private int storedLength;
    private boolean decoded;

    // Its pixels: planes whose channel c of (y, x) is pixels[origin + (c*pixelHeight + y)*pixelWidth + x], unless the
    // decoder holds them.
    private boolean decoderHolds;
    private byte[] pixels = {};
    private int origin;
    private int pixelHeight;
    private int pixelWidth;

    // Parts of two rows that the decoder holds, blue, green and red of one pixel after the other.
    private byte[] mixed = {};
    private byte[] mixedBelow = {};

    private boolean scaled;
    private boolean coarse;
    private double boxTop;
    private double boxLeft;
    private double boxHeight;
    private double boxWidth;
    private int gridHeight;
    private int gridWidth;

    private int top;
    private int left;
    private int height;
    private int width;
    private boolean mirrored;
    private int visibleTop;
    private int visibleLeft;
    private int visibleBottom;
    private int visibleRight;

    private final Resampling columns = new Resampling();
    private final Resampling lines = new Resampling();
    private long[] pair = {};
    /** Row y is at {@code y % heldRows}. An array for each, since only so are loops over them compiled to vectors. */
    private int[][] narrowed = {};

    private int narrowedRows;
    private int heldRows;
    private int[] line = {};
    private int shownTop;
    private int shownLeft;
    private int shownBottom;
    private int shownWidth;

    private Canvas(boolean encoded, int channels, float[][] table) {
        this.encoded = encoded;
        this.channels = channels;
        this.table = table;
        floats = new FloatImage(channels);
    }

    /**
     * For picture files.
     *
     * @param channels 1 or 3, of what is painted
     * @param table {@code [channel][byte]}: what each byte becomes when it is normalized
     */
    public static Canvas ofFiles(int channels, float[][] table) {
        return new Canvas(true, channels, table);
    }

    /**
     * For planes of bytes {@code [channels, height, width]}.
     *
     * @param channels 1 or 3
     * @param table {@code [channel][byte]}: what each byte becomes when it is normalized
     */
    public static Canvas ofPlanes(int channels, float[][] table) {
        return new Canvas(false, channels, table);
    }

    private static float[][] unit() {
        float[][] table = new float[3][256];
        for (float[] values : table) {
            for (int b = 0; b < 256; b++) {
                values[b] = b / 255f;
            }
        }
        return table;
    }

    /** Begins with the stored picture {@code bytes[from, from + length)} of that size in pixels. */
    public void begin(byte[] bytes, int from, int length, int storedHeight, int storedWidth) {
        stored = bytes;
        storedFrom = from;
        storedLength = length;
        pixelHeight = storedHeight;
        pixelWidth = storedWidth;
        decoded = !encoded;
        if (decoded) {
            planes(stored, storedFrom, pixelHeight, pixelWidth);
        }
        scaled = false;
        developed = false;
        normalized = false;
        showAll(pixelHeight, pixelWidth);
    }

    /** Begins with a picture of floats {@code [C, height, width]}, which is normalized already. */
    public void begin(float[] values, int from, int floatHeight, int floatWidth) {
        floats.reshape(floatHeight, floatWidth);
        System.arraycopy(values, from, floats.values(), 0, floats.size());
        developed = true;
        normalized = true;
    }

    public int height() {
        return developed ? floats.height() : height;
    }

    public int width() {
        return developed ? floats.width() : width;
    }

    /**
     * The picture as floats, for steps that look at values: pixels in [0, 1], or what they are normalized to. What was
     * noted so far is done now, and whatever is asked for after that at once; so such steps come after all scaling.
     */
    public FloatImage develop() throws UndecodableException {
        if (!developed) {
            floats.reshape(height, width);
            paint(floats.values(), 0, normalized ? table : UNIT);
            developed = true;
        }
        return floats;
    }

    /**
     * Normalizes; as long as nothing else wants the values, by the table when they are painted.
     *
     * @param pixels does to pixels in [0, 1] what the table does to bytes
     */
    public void normalize(Consumer<FloatImage> pixels) {
        if (developed) {
            pixels.accept(floats);
        }
        normalized = true;
    }

    /** Keeps a rectangle, which may reach over the edge: black is there, or 0 if the picture is normalized. */
    public void crop(int cropTop, int cropLeft, int cropHeight, int cropWidth) throws UndecodableException {
        if (developed || normalized) {
            develop().crop(cropTop, cropLeft, cropHeight, cropWidth);
            return;
        }
        visibleTop = Math.max(visibleTop, top);
        visibleLeft = Math.max(visibleLeft, left);
        visibleBottom = Math.min(visibleBottom, top + height);
        visibleRight = Math.min(visibleRight, left + width);
        top += cropTop;
        left += mirrored ? width - cropLeft - cropWidth : cropLeft;
        height = cropHeight;
        width = cropWidth;
    }

    /** Mirrors left and right. */
    public void flip() {
        if (developed) {
            floats.flip();
            return;
        }
        mirrored = !mirrored;
    }

    /** Scales all of it. */
    public void resize(int toHeight, int toWidth) throws UndecodableException {
        settle();
        scale(0, 0, pixelHeight, pixelWidth, toHeight, toWidth, false);
    }

    /** Scales a rectangle inside it to a square. A fraction of a JPEG's size will do where that is larger still. */
    public void resizedCrop(int cropTop, int cropLeft, int cropHeight, int cropWidth, int side)
            throws UndecodableException {
        settle();
        scale(cropTop, cropLeft, cropHeight, cropWidth, side, side, true);
    }

    /** The rectangle that is scaled: top, left, height, width in pixels. */
    double[] box() {
        return new double[] {boxTop, boxLeft, boxHeight, boxWidth};
    }

    /** Writes {@code [C, height, width]} floats from {@code at} on. */
    public void paint(float[] out, int at) throws UndecodableException {
        if (developed) {
            System.arraycopy(floats.values(), 0, out, at, floats.size());
        } else {
            paint(out, at, table);
        }
    }

    private void paint(float[] out, int at, float[][] tones) throws UndecodableException {
        prepare();
        int plane = height * width;
        if (!covered()) {
            for (int c = 0; c < channels; c++) {
                Arrays.fill(out, at + c * plane, at + (c + 1) * plane, tones[c][0]);
            }
        }
        for (int y = shownTop; y < shownBottom; y++) {
            fetch(y);
            for (int c = 0; c < channels; c++) {
                float[] values = tones[c];
                int from = c * shownWidth;
                int row = at + c * plane + (y - top) * width;
                if (mirrored) {
                    int last = row + left + width - 1 - shownLeft;
                    for (int i = 0; i < shownWidth; i++) {
                        out[last - i] = values[line[from + i]];
                    }
                } else {
                    int first = row + shownLeft - left;
                    for (int i = 0; i < shownWidth; i++) {
                        out[first + i] = values[line[from + i]];
                    }
                }
            }
        }
    }

    /** Turns what is noted so far into pixels, unless nothing is, so that a scaling can follow. */
    private void settle() throws UndecodableException {
        if (developed || normalized) {
            throw new IllegalStateException("scaled after its values were changed");
        }
        boolean whole = top == 0 && left == 0 && height == gridHeight && width == gridWidth;
        if (!scaled && !mirrored && whole && covered()) {
            return;
        }
        prepare();
        int plane = height * width;
        byte[] out = new byte[channels * plane];
        for (int y = shownTop; y < shownBottom; y++) {
            fetch(y);
            for (int c = 0; c < channels; c++) {
                int row = c * plane + (y - top) * width;
                for (int i = 0; i < shownWidth; i++) {
                    int x = shownLeft - left + i;
                    out[row + (mirrored ? width - 1 - x : x)] = (byte) line[c * shownWidth + i];
                }
            }
        }
        decoded = true;
        planes(out, 0, height, width);
        scaled = false;
        showAll(height, width);
    }

    private boolean covered() {
        return visibleTop <= top
                && visibleLeft <= left
                && visibleBottom >= top + height
                && visibleRight >= left + width;
    }

    /** Decodes, if that is still to do, and works out which part of the grid is shown and how it is scaled. */
    private void prepare() throws UndecodableException {
        if (!decoded) {
            decode();
        }
        shownTop = Math.max(top, visibleTop);
        shownLeft = Math.max(left, visibleLeft);
        shownBottom = Math.min(top + height, visibleBottom);
        shownWidth = Math.max(0, Math.min(left + width, visibleRight) - shownLeft);
        if (shownWidth == 0) {
            shownBottom = shownTop;
        }
        if (line.length < channels * shownWidth) {
            line = new int[channels * shownWidth];
        }
        if (scaled && shownBottom > shownTop) {
            columns.prepare(
                    (int) Math.floor(boxLeft),
                    (int) Math.ceil(boxLeft + boxWidth),
                    boxLeft,
                    boxWidth,
                    gridWidth,
                    shownLeft,
                    shownLeft + shownWidth);
            lines.prepare(
                    (int) Math.floor(boxTop),
                    (int) Math.ceil(boxTop + boxHeight),
                    boxTop,
                    boxHeight,
                    gridHeight,
                    shownTop,
                    shownBottom);
            narrowedRows = lines.starts[0];
            // One more than a row of the grid needs, since two are made at a time.
            heldRows = lines.taps + 1;
            if (narrowed.length < heldRows || narrowed[0].length < channels * shownWidth) {
                narrowed = new int[heldRows][channels * shownWidth];
            }
            if (pair.length < channels * columns.span(shownWidth)) {
                pair = new long[channels * columns.span(shownWidth)];
            }
        }
    }

    private void decode() throws UndecodableException {
        int reduction = 1;
        if (scaled && coarse) {
            double ratio = Math.min(boxHeight / gridHeight, boxWidth / gridWidth);
            reduction = ratio >= 8 ? 8 : ratio >= 4 ? 4 : ratio >= 2 ? 2 : 1;
            if (reduction > 1
                    && ImageHeader.read(stored, storedFrom, storedLength).format() != ImageHeader.Format.JPEG) {
                reduction = 1;
            }
        }
        decoder.decode(stored, storedFrom, storedLength, channels, reduction);
        int fullHeight = pixelHeight;
        int fullWidth = pixelWidth;
        pixelHeight = decoder.height();
        pixelWidth = decoder.width();
        if (pixelHeight != (fullHeight + reduction - 1) / reduction
                || pixelWidth != (fullWidth + reduction - 1) / reduction) {
            throw new UndecodableException("has " + pixelWidth + " x " + pixelHeight + " pixels at 1/" + reduction
                    + " of its size; its row says " + fullWidth + " x " + fullHeight);
        }
        if (mixed.length < channels * pixelWidth) {
            mixed = new byte[channels * pixelWidth];
            mixedBelow = new byte[channels * pixelWidth];
        }
        decoderHolds = true;
        decoded = true;
        if (reduction > 1) {
            boxTop *= (double) pixelHeight / fullHeight;
            boxHeight *= (double) pixelHeight / fullHeight;
            boxLeft *= (double) pixelWidth / fullWidth;
            boxWidth *= (double) pixelWidth / fullWidth;
        }
    }

    private void planes(byte[] bytes, int from, int planeHeight, int planeWidth) {
        pixels = bytes;
        origin = from;
        decoderHolds = false;
        pixelHeight = planeHeight;
        pixelWidth = planeWidth;
    }

    /** Puts the shown part of one row of the grid into {@code line}, channel after channel. Rows are asked for in order. */
    private void fetch(int y) {
        if (scaled) {
            blend(y - shownTop);
            return;
        }
        int[] to = line;
        int count = shownWidth;
        if (decoderHolds) {
            byte[] source = mixed;
            copyMixed(y, shownLeft, count, source);
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < count; i++) {
                    to[c * count + i] = source[i * channels + channels - 1 - c] & 0xFF;
                }
            }
            return;
        }
        byte[] source = pixels;
        for (int c = 0; c < channels; c++) {
            int from = origin + (c * pixelHeight + y) * pixelWidth + shownLeft;
            int target = c * count;
            for (int i = 0; i < count; i++) {
                to[target + i] = source[from + i] & 0xFF;
            }
        }
    }

    /** Pixels {@code [left, left + count)} of row y, from the decoder. */
    private void copyMixed(int y, int left, int count, byte[] to) {
        decoder.copy((y * pixelWidth + left) * channels, to, count * channels);
    }

    /**
     * Scales vertically: one output row of bytes into {@code line}. The pixel rows that it needs are scaled horizontally
     * before, as Pillow does it, each when it is first needed and into the place of one that is needed no more: so few
     * are held that they stay in the processor's nearest cache.
     */
    private void blend(int row) {
        int first = lines.starts[row];
        int taps = lines.taps;
        for (; narrowedRows < first + taps; narrowedRows += 2) {
            narrow(narrowedRows);
        }
        int count = channels * shownWidth;
        int[] sums = line;
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
    private void narrow(int y) {
        // Below the last row comes nothing, and nothing asks for what is made of it.
        int below = Math.min(y + 1, pixelHeight - 1);
        int[] to = narrowed[y % heldRows];
        int[] toBelow = narrowed[(y + 1) % heldRows];
        int begin = columns.starts[0];
        int span = columns.span(shownWidth);
        if (decoderHolds) {
            copyMixed(y, begin, span, mixed);
            copyMixed(below, begin, span, mixedBelow);
            pair(mixed, 0, mixedBelow, 0, channels * span);
            if (channels == 3) {
                narrowMixed(to, toBelow);
            } else {
                narrowPlane(to, toBelow, 0);
            }
            return;
        }
        for (int c = 0; c < channels; c++) {
            int plane = origin + c * pixelHeight * pixelWidth + begin;
            pair(pixels, plane + y * pixelWidth, pixels, plane + below * pixelWidth, span);
            narrowPlane(to, toBelow, c * shownWidth);
        }
    }

    private void pair(byte[] row, int from, byte[] below, int fromBelow, int count) {
        long[] to = pair;
        for (int i = 0; i < count; i++) {
            to[i] = (row[from + i] & 0xFFL) | ((below[fromBelow + i] & 0xFFL) << 32);
        }
    }

    private void narrowPlane(int[] to, int[] toBelow, int at) {
        int begin = columns.starts[0];
        long[] source = pair;
        int[] weights = columns.weights;
        int[] starts = columns.starts;
        int taps = columns.taps;
        int count = shownWidth;
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
        int count = shownWidth;
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

    private void scale(
            double fromTop,
            double fromLeft,
            double fromHeight,
            double fromWidth,
            int toHeight,
            int toWidth,
            boolean rough) {
        scaled = true;
        coarse = rough;
        boxTop = fromTop;
        boxLeft = fromLeft;
        boxHeight = fromHeight;
        boxWidth = fromWidth;
        showAll(toHeight, toWidth);
    }

    private void showAll(int newHeight, int newWidth) {
        gridHeight = newHeight;
        gridWidth = newWidth;
        top = 0;
        left = 0;
        height = newHeight;
        width = newWidth;
        mirrored = false;
        visibleTop = 0;
        visibleLeft = 0;
        visibleBottom = newHeight;
        visibleRight = newWidth;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
