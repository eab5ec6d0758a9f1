package convoy.driver.attribution;

import convoy.records.text.Counts;

/**
 * A number for each of a grid of places of a picture, row-major. Place (r, c) stands for the part of the picture that the grid's cell
 * covers.
 *
 * @param height rows
 * @param width columns
 * @param values {@code [height, width]}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record PlaceMap(int height, int width, float[] values) {
    public PlaceMap {
        if (values.length != height * width) {
            throw new IllegalArgumentException(Counts.plain(values.length, "value") + " for " + height + " x " + width);
        }
    }

    /** {@return the same with 0 for what is below it} */
    public PlaceMap positive() {
        float[] positive = new float[values.length];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = Math.max(0f, values[i]);
        }
        return new PlaceMap(height, width, positive);
    }

    /** {@return the largest value} */
    public float largest() {
        float largest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    /** {@return the smallest value} */
    public float smallest() {
        float smallest = Float.POSITIVE_INFINITY;
        for (float value : values) {
            smallest = Math.min(smallest, value);
        }
        return smallest;
    }

    /**
     * {@return the map at another size, bilinear between the middles of places, as PyTorch's {@code interpolate} with {@code
     * align_corners=False}}
     *
     * @param toHeight rows
     * @param toWidth columns
     */
    public PlaceMap scaled(int toHeight, int toWidth) {
        float[] out = new float[toHeight * toWidth];
        for (int y = 0; y < toHeight; y++) {
            double row = Math.max(0, (y + 0.5) * height / toHeight - 0.5);
            int top = Math.min((int) row, height - 1);
            int bottom = Math.min(top + 1, height - 1);
            float down = (float) (row - top);
            for (int x = 0; x < toWidth; x++) {
                double column = Math.max(0, (x + 0.5) * width / toWidth - 0.5);
                int left = Math.min((int) column, width - 1);
                int right = Math.min(left + 1, width - 1);
                float across = (float) (column - left);
                float upper = (1 - across) * values[top * width + left] + across * values[top * width + right];
                float lower = (1 - across) * values[bottom * width + left] + across * values[bottom * width + right];
                out[y * toWidth + x] = (1 - down) * upper + down * lower;
            }
        }
        return new PlaceMap(toHeight, toWidth, out);
    }
}
