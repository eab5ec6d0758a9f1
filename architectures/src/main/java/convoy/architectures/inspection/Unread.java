package convoy.architectures.inspection;

import convoy.architectures.tensor.Shape.Image;
import convoy.records.text.Counts;

/**
 * Pixels of a layer's input that it never reads, since the number of its windows was rounded down.
 *
 * @param node the convolution or pooling
 * @param input what it reads
 * @param rows the last ones, which no window reaches
 * @param columns likewise
 */
public record Unread(String node, Image input, int rows, int columns) {
    /** {@return how many pixels of each channel are never read} */
    public long pixels() {
        return (long) rows * input.width() + (long) columns * input.height() - (long) rows * columns;
    }

    /** {@return that in a sentence} */
    public String sentence() {
        String which = rows == 0
                ? last(columns, "column")
                : columns == 0
                        ? last(rows, "row")
                        : rows == columns
                                ? last(rows, "row") + " and " + (columns == 1 ? "column" : "columns")
                                : last(rows, "row") + " and " + last(columns, "column");
        return node + " never reads " + which + " of its " + input.height() + "x" + input.width() + " input ("
                + Counts.of(pixels(), "pixel")
                + " of each channel): its stride does not divide what its window leaves of it";
    }

    private static String last(int count, String one) {
        return count == 1 ? "the last " + one : "the last " + Counts.of(count, one);
    }
}
