package convoy.worker.data.image;

import java.util.Arrays;

/**
 * A picture as floats {@code [channels, height, width]}, row-major: pixels in [0, 1] before they are normalized. What steps
 * that look at values work on. Keeps its memory from picture to picture; for one thread at a time.
 */
public final class FloatImage {
    private final int channels;
    private int height;
    private int width;
    private float[] values = {};
    private float[] spare = {};

    FloatImage(int channels) {
        this.channels = channels;
    }

    /** {@return the number of channels, 1 or 3} */
    public int channels() {
        return channels;
    }

    /** {@return the height in pixels} */
    public int height() {
        return height;
    }

    /** {@return the width in pixels} */
    public int width() {
        return width;
    }

    /** {@return how many floats a channel has} */
    public int plane() {
        return height * width;
    }

    /** {@return how many floats all channels have} */
    public int size() {
        return channels * height * width;
    }

    /** {@return the picture; the array may be longer than {@link #size}} */
    public float[] values() {
        return values;
    }

    /** Takes a new size; what the values are is not said. */
    void reshape(int newHeight, int newWidth) {
        height = newHeight;
        width = newWidth;
        if (values.length < size()) {
            values = new float[size()];
        }
    }

    /** {@return room for another picture of the same size, which {@link #exchange} makes this one} */
    public float[] spare() {
        if (spare.length < size()) {
            spare = new float[size()];
        }
        return spare;
    }

    /** Makes what lies in {@link #spare} the picture. */
    public void exchange() {
        float[] before = values;
        values = spare;
        spare = before;
    }

    /** Keeps a rectangle, which may reach over the edge: zeros are there. */
    void crop(int top, int left, int newHeight, int newWidth) {
        int size = channels * newHeight * newWidth;
        if (spare.length < size) {
            spare = new float[size];
        }
        Arrays.fill(spare, 0, size, 0f);
        int firstRow = Math.max(0, top);
        int endRow = Math.min(height, top + newHeight);
        int firstColumn = Math.max(0, left);
        int count = Math.min(width, left + newWidth) - firstColumn;
        for (int c = 0; c < channels && count > 0; c++) {
            for (int y = firstRow; y < endRow; y++) {
                int to = (c * newHeight + y - top) * newWidth + firstColumn - left;
                System.arraycopy(values, (c * height + y) * width + firstColumn, spare, to, count);
            }
        }
        exchange();
        height = newHeight;
        width = newWidth;
    }

    /** Mirrors left and right. */
    void flip() {
        for (int row = 0; row < size(); row += width) {
            for (int left = row, right = row + width - 1; left < right; left++, right--) {
                float value = values[left];
                values[left] = values[right];
                values[right] = value;
            }
        }
    }

    /** Mirrors top and bottom. */
    void flipVertically() {
        float[] row = new float[width];
        for (int c = 0; c < channels; c++) {
            for (int upper = c * height, lower = upper + height - 1; upper < lower; upper++, lower--) {
                System.arraycopy(values, upper * width, row, 0, width);
                System.arraycopy(values, lower * width, values, upper * width, width);
                System.arraycopy(row, 0, values, lower * width, width);
            }
        }
    }
}
