package convoy.driver.importing.records;

/** Exact sums over the pixels of one picture, from which mean and standard deviation follow in any order. */
final class Pixels {
    private Pixels() {}

    /** Of planes {@code [channels, plane]}: for each channel the sum, then the sum of squares. */
    static long[] sums(byte[] pixels, int channels, int plane) {
        return sums(pixels, channels, plane, plane, 1);
    }

    /** Of pixels {@code [plane, channels]} whose channels stand in reverse. */
    static long[] sumsOfMixed(byte[] pixels, int channels, int plane) {
        long[] reversed = sums(pixels, channels, plane, 1, channels);
        long[] sums = new long[2 * channels];
        for (int c = 0; c < channels; c++) {
            sums[2 * c] = reversed[2 * (channels - 1 - c)];
            sums[2 * c + 1] = reversed[2 * (channels - 1 - c) + 1];
        }
        return sums;
    }

    /** A plane {@code [height, width]} as {@code [width, height]}, rows for columns. */
    static byte[] transposed(byte[] plane, int height, int width) {
        byte[] out = new byte[plane.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                out[x * height + y] = plane[y * width + x];
            }
        }
        return out;
    }

    private static long[] sums(byte[] pixels, int channels, int plane, int channelStride, int pixelStride) {
        long[] sums = new long[2 * channels];
        for (int c = 0; c < channels; c++) {
            long sum = 0;
            long squares = 0;
            int at = c * channelStride;
            for (int i = 0; i < plane; i++) {
                int value = pixels[at] & 0xFF;
                sum += value;
                squares += (long) value * value;
                at += pixelStride;
            }
            sums[2 * c] = sum;
            sums[2 * c + 1] = squares;
        }
        return sums;
    }
}
