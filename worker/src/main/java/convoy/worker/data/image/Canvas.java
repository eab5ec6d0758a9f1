package convoy.worker.data.image;

import convoy.worker.data.pictures.UndecodableException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Where the transforms meet a picture. Crops, flips and one scaling are only noted, as {@link Geometry}, and done together
 * when the floats are wanted: pixels that a crop leaves out are never computed, and a JPEG that is scaled down far is
 * decoded at a fraction of its size. Holds native memory; for one thread at a time.
 */
public final class Canvas implements AutoCloseable {
    /** Pixels in [0, 1]. */
    private static final float[][] UNIT = unit();

    private final boolean encoded;
    private final int channels;

    /** {@code [channel][byte]}: what each byte becomes. */
    private final float[][] table;

    private final Pixels pixels;
    private final Geometry geometry = new Geometry();
    private final Scaler scaler;

    /** One row of what is shown, channel after channel. */
    private int[] line = {};

    /** The picture once a step wanted its values: from then on everything is done at once, to these. */
    private final FloatImage floats;

    private boolean developed;
    private boolean normalized;

    private Canvas(boolean encoded, int channels, float[][] table) {
        this.encoded = encoded;
        this.channels = channels;
        this.table = table;
        pixels = new Pixels(channels);
        scaler = new Scaler(channels);
        floats = new FloatImage(channels);
    }

    /**
     * {@return a canvas for picture files}
     *
     * @param channels 1 or 3, of what is painted
     * @param table {@code [channel][byte]}: what each byte becomes when it is normalized
     */
    public static Canvas ofFiles(int channels, float[][] table) {
        return new Canvas(true, channels, table);
    }

    /**
     * {@return a canvas for planes of bytes {@code [channels, height, width]}}
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

    /**
     * Begins with the stored picture {@code bytes[from, from + length)} of that size in pixels.
     *
     * @param bytes that hold the picture
     * @param from the index of the first byte
     * @param length how many bytes it has
     * @param storedHeight in pixels
     * @param storedWidth in pixels
     */
    public void begin(byte[] bytes, int from, int length, int storedHeight, int storedWidth) {
        if (encoded) {
            pixels.take(bytes, from, length, storedHeight, storedWidth);
        } else {
            pixels.take(bytes, from, storedHeight, storedWidth);
        }
        geometry.showAll(storedHeight, storedWidth);
        developed = false;
        normalized = false;
    }

    /**
     * Begins with a picture of floats {@code [C, height, width]}, which is normalized already.
     *
     * @param values that hold the picture
     * @param from the index of its first float
     * @param floatHeight in pixels
     * @param floatWidth in pixels
     */
    public void begin(float[] values, int from, int floatHeight, int floatWidth) {
        floats.reshape(floatHeight, floatWidth);
        System.arraycopy(values, from, floats.values(), 0, floats.size());
        developed = true;
        normalized = true;
    }

    /** {@return the height in pixels, after all that was done so far} */
    public int height() {
        return developed ? floats.height() : geometry.height();
    }

    /** {@return the width likewise} */
    public int width() {
        return developed ? floats.width() : geometry.width();
    }

    /**
     * {@return the picture as floats, for steps that look at values: pixels in [0, 1], or what they are normalized to}
     * What was noted so far is done now, and whatever is asked for after that at once; so such steps come after all
     * scaling.
     *
     * @throws UndecodableException if its file cannot be decoded
     */
    public FloatImage develop() throws UndecodableException {
        if (!developed) {
            floats.reshape(geometry.height(), geometry.width());
            paint(floats.values(), 0, normalized ? table : UNIT);
            developed = true;
        }
        return floats;
    }

    /**
     * Normalizes; as long as nothing else wants the values, by the table when they are painted.
     *
     * @param figures does to pixels in [0, 1] what the table does to bytes
     */
    public void normalize(Consumer<FloatImage> figures) {
        if (developed) {
            figures.accept(floats);
        }
        normalized = true;
    }

    /**
     * Keeps a rectangle, which may reach over the edge: black is there, or 0 if the picture is normalized.
     *
     * @param top its first row, perhaps below 0
     * @param left its first column, perhaps below 0
     * @param height of the rectangle in pixels
     * @param width of the rectangle in pixels
     * @throws UndecodableException if its file cannot be decoded
     */
    public void crop(int top, int left, int height, int width) throws UndecodableException {
        if (developed || normalized) {
            develop().crop(top, left, height, width);
        } else {
            geometry.crop(top, left, height, width);
        }
    }

    /** Mirrors left and right. */
    public void flip() {
        if (developed) {
            floats.flip();
        } else {
            geometry.flip();
        }
    }

    /** Mirrors top and bottom. */
    public void flipVertically() {
        if (developed) {
            floats.flipVertically();
        } else {
            geometry.flipVertically();
        }
    }

    /**
     * Scales all of it.
     *
     * @param toHeight in pixels
     * @param toWidth in pixels
     * @throws UndecodableException if its file cannot be decoded
     */
    public void resize(int toHeight, int toWidth) throws UndecodableException {
        settle();
        geometry.scale(new Geometry.Box(0, 0, pixels.height(), pixels.width()), toHeight, toWidth, false);
    }

    /**
     * Scales a rectangle inside it to a square. A fraction of a JPEG's size will do where that is larger still.
     *
     * @param top its first row
     * @param left its first column
     * @param height of the rectangle in pixels
     * @param width of the rectangle in pixels
     * @param side of the square in pixels
     * @throws UndecodableException if its file cannot be decoded
     */
    public void resizedCrop(int top, int left, int height, int width, int side) throws UndecodableException {
        settle();
        geometry.scale(new Geometry.Box(top, left, height, width), side, side, true);
    }

    /**
     * Writes {@code [C, height, width]} floats from {@code at} on.
     *
     * @param out takes the picture
     * @param at the index of its first float
     * @throws UndecodableException if its file cannot be decoded
     */
    public void paint(float[] out, int at) throws UndecodableException {
        if (developed) {
            System.arraycopy(floats.values(), 0, out, at, floats.size());
        } else {
            paint(out, at, table);
        }
    }

    private void paint(float[] out, int at, float[][] tones) throws UndecodableException {
        Geometry.Shown shown = prepare();
        int width = geometry.width();
        int plane = geometry.height() * width;
        if (!geometry.covered()) {
            for (int c = 0; c < channels; c++) {
                Arrays.fill(out, at + c * plane, at + (c + 1) * plane, tones[c][0]);
            }
        }
        int count = shown.width();
        int offset = shown.left() - geometry.left();
        boolean mirrored = geometry.mirrored();
        for (int y = shown.top(); y < shown.bottom(); y++) {
            fetch(shown, y);
            for (int c = 0; c < channels; c++) {
                float[] values = tones[c];
                int from = c * count;
                int row = at + c * plane + geometry.rowOf(y) * width;
                if (mirrored) {
                    int last = row + width - 1 - offset;
                    for (int i = 0; i < count; i++) {
                        out[last - i] = values[line[from + i]];
                    }
                } else {
                    int first = row + offset;
                    for (int i = 0; i < count; i++) {
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
        if (geometry.untouched()) {
            return;
        }
        Geometry.Shown shown = prepare();
        int height = geometry.height();
        int width = geometry.width();
        byte[] out = new byte[channels * height * width];
        for (int y = shown.top(); y < shown.bottom(); y++) {
            fetch(shown, y);
            for (int c = 0; c < channels; c++) {
                int row = (c * height + geometry.rowOf(y)) * width;
                for (int i = 0; i < shown.width(); i++) {
                    int x = shown.left() - geometry.left() + i;
                    out[row + (geometry.mirrored() ? width - 1 - x : x)] = (byte) line[c * shown.width() + i];
                }
            }
        }
        pixels.take(out, 0, height, width);
        geometry.showAll(height, width);
    }

    /** Decodes, if that is still to do, and works out which part of the grid is shown and how it is scaled. */
    private Geometry.Shown prepare() throws UndecodableException {
        if (!pixels.decoded()) {
            int height = pixels.height();
            int width = pixels.width();
            pixels.decode(geometry.reduction());
            geometry.rescale((double) pixels.height() / height, (double) pixels.width() / width);
        }
        Geometry.Shown shown = geometry.shown();
        if (line.length < channels * shown.width()) {
            line = new int[channels * shown.width()];
        }
        if (geometry.scaled() && shown.rows() > 0) {
            scaler.prepare(geometry, shown);
        }
        return shown;
    }

    /** Puts the shown part of one row of the grid into {@code line}, channel after channel. Rows are asked for in order. */
    private void fetch(Geometry.Shown shown, int y) {
        if (geometry.scaled()) {
            scaler.row(pixels, y - shown.top(), line);
        } else {
            pixels.row(y, shown.left(), shown.width(), line);
        }
    }

    /** What is scaled, in pixels. */
    Geometry.Box box() {
        return geometry.box();
    }

    /** Gives back native memory. */
    @Override
    public void close() {
        pixels.close();
    }
}
