package convoy.jobs.attribution;

import convoy.architectures.tensor.Shape.Image;
import convoy.driver.attribution.PlaceMap;
import convoy.jobs.report.page.PlainPng;
import java.util.Arrays;

/**
 * A picture of points.
 *
 * @param height in pixels
 * @param width in pixels
 * @param pixels {@code [height, width, 3]}: red, green, blue
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Painting(int height, int width, byte[] pixels) {
    private static final int MOST_MAPS = 64;

    /** From nothing to much: red, green, blue. Dark red, red, yellow, which print as ever lighter greys. */
    private static final double[][] HEAT = {{90, 0, 30}, {220, 40, 20}, {255, 235, 60}};

    byte[] png() {
        return PlainPng.of(width, height, pixels);
    }

    /**
     * The network's input as a person sees it.
     *
     * @param input {@code [C, H, W]}
     * @param means of each channel that were taken away; empty: the values' range is shown
     * @param deviations of each channel by which was divided
     */
    static Painting of(float[] input, Image shape, double[] means, double[] deviations) {
        int plane = shape.height() * shape.width();
        byte[] pixels = new byte[3 * plane];
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (float value : input) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        for (int i = 0; i < plane; i++) {
            for (int colour = 0; colour < 3; colour++) {
                int c = shape.channels() == 3 ? colour : 0;
                double value = input[c * plane + i];
                double light = means.length == shape.channels()
                        ? value * deviations[c] + means[c]
                        : most > least ? (value - least) / (most - least) : 0.5;
                pixels[3 * i + colour] = (byte) tone(255 * light);
            }
        }
        return new Painting(shape.height(), shape.width(), pixels);
    }

    /** This in grey, under the heat of a map: what is not above 0 has none, the map's largest value all. */
    Painting under(PlaceMap map) {
        PlaceMap heat = map.positive().scaled(height, width);
        double largest = heat.largest();
        byte[] out = new byte[pixels.length];
        for (int i = 0; i < height * width; i++) {
            double grey = 0.299 * (pixels[3 * i] & 0xFF)
                    + 0.587 * (pixels[3 * i + 1] & 0xFF)
                    + 0.114 * (pixels[3 * i + 2] & 0xFF);
            double share = largest > 0 ? heat.values()[i] / largest : 0;
            for (int colour = 0; colour < 3; colour++) {
                double cover = 0.75 * Math.sqrt(share);
                out[3 * i + colour] = (byte) tone((1 - cover) * grey + cover * heat(share, colour));
            }
        }
        return new Painting(height, width, out);
    }

    private static double heat(double share, int colour) {
        double at = share * (HEAT.length - 1);
        int lower = Math.min((int) at, HEAT.length - 2);
        return HEAT[lower][colour] + (at - lower) * (HEAT[lower + 1][colour] - HEAT[lower][colour]);
    }

    /** Feature maps side by side, a point apart, each from black for its least value to white for its largest. */
    static Painting sheet(PlaceMap[] maps) {
        int count = Math.min(MOST_MAPS, maps.length);
        int columns = (int) Math.ceil(Math.sqrt(count * 2.0));
        int rows = (count + columns - 1) / columns;
        int across = columns * (maps[0].width() + 1) + 1;
        int down = rows * (maps[0].height() + 1) + 1;
        byte[] out = new byte[3 * across * down];
        Arrays.fill(out, (byte) 255);
        for (int m = 0; m < count; m++) {
            double least = maps[m].smallest();
            double range = maps[m].largest() - least;
            int left = 1 + m % columns * (maps[m].width() + 1);
            int top = 1 + m / columns * (maps[m].height() + 1);
            for (int i = 0; i < maps[m].values().length; i++) {
                int at = (top + i / maps[m].width()) * across + left + i % maps[m].width();
                byte light = (byte) tone(range > 0 ? 255 * (maps[m].values()[i] - least) / range : 0);
                Arrays.fill(out, 3 * at, 3 * at + 3, light);
            }
        }
        return new Painting(down, across, out);
    }

    /** How many maps {@link #sheet} shows of so many. */
    static int shown(int maps) {
        return Math.min(MOST_MAPS, maps);
    }

    private static int tone(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }
}
