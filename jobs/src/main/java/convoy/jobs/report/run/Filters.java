package convoy.jobs.report.run;

import convoy.jobs.report.page.PlainPng;
import java.util.Arrays;
import java.util.List;

/**
 * The first convolution's filters, where they look at an image's channels themselves.
 *
 * @param tensor its name
 * @param shape {@code [filters, channels, height, width]}, channels 1 or 3
 * @param values row by row
 * @param step updates that they went through; -1 where it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Filters(String tensor, List<Integer> shape, float[] values, long step) {
    private static final int MOST = 128;

    /**
     * A sheet of pictures, a point apart.
     *
     * @param png the file
     * @param width in points
     * @param shown how many filters are on it
     */
    public record Sheet(byte[] png, int width, int shown) {}

    public Filters {
        shape = List.copyOf(shape);
    }

    /**
     * {@return whether a tensor of this shape can be drawn}
     *
     * @param shape of a tensor
     */
    public static boolean canBeDrawn(List<Integer> shape) {
        return shape.size() == 4 && (shape.get(1) == 1 || shape.get(1) == 3) && shape.get(2) > 1 && shape.get(3) > 1;
    }

    /** {@return all of them, or the first 128: grey is 0, and each is as bright as its largest weight} */
    public Sheet sheet() {
        int count = Math.min(MOST, shape.get(0));
        int channels = shape.get(1);
        int height = shape.get(2);
        int width = shape.get(3);
        int columns = Math.min(count, (int) Math.ceil(Math.sqrt(count * 2.0)));
        int rows = (count + columns - 1) / columns;
        int across = columns * (width + 1) + 1;
        int down = rows * (height + 1) + 1;
        byte[] pixels = new byte[3 * across * down];
        Arrays.fill(pixels, (byte) 255);
        int size = channels * height * width;
        for (int filter = 0; filter < count; filter++) {
            double largest = 0;
            for (int i = 0; i < size; i++) {
                largest = Math.max(largest, Math.abs(values[filter * size + i]));
            }
            int left = 1 + filter % columns * (width + 1);
            int top = 1 + filter / columns * (height + 1);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int colour = 0; colour < 3; colour++) {
                        int channel = channels == 1 ? 0 : colour;
                        double weight = values[filter * size + (channel * height + y) * width + x];
                        double bright = largest > 0 && Double.isFinite(weight) ? weight / largest : 0;
                        pixels[3 * ((top + y) * across + left + x) + colour] =
                                (byte) Math.round(127.5 + 127.5 * bright);
                    }
                }
            }
        }
        return new Sheet(PlainPng.of(across, down, pixels), across, count);
    }
}
