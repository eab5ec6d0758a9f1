package convoy.worker.data.content;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowGroup;

/**
 * How often each pixel value stands in each channel of each class, how many rows each class has, and how large pictures are: whole
 * numbers, so that the sum over parts of a data set is the same however it is cut.
 *
 * <pre>
 *   index                        counts
 *   k · (1 + 256 C)              rows of class k, of K
 *   k · (1 + 256 C) + 1 + 256 c + v   pixels of class k with value v in channel c, of C
 *   K · (1 + 256 C) + s          pictures of 2^s to 2^(s+1) − 1 pixels, s from 0 to 31
 * </pre>
 *
 * @param classes K
 * @param channels C
 */
public record PixelCounts(int classes, int channels) {
    /** Values of a pixel. */
    public static final int VALUES = 256;

    /** Sizes that are told apart. */
    public static final int SIZES = 32;

    /**
     * {@return where the counts of a data set stand}
     *
     * @param info of the data set
     */
    public static PixelCounts of(DatasetInfo info) {
        if (!info.labelSets().isEmpty()) {
            throw new BadInputException("a data set with several labels an image has no profile, which goes by the one"
                    + " class of each: leave it out of a retraining");
        }
        return new PixelCounts(info.classes().size(), info.channels());
    }

    /** {@return how many counts there are} */
    public int size() {
        return sizes() + SIZES;
    }

    /**
     * {@return the index of the rows of a class}
     *
     * @param label of the class
     */
    public int rows(int label) {
        return label * (1 + channels * VALUES);
    }

    /**
     * {@return the index of value 0 of a channel of a class; those of the others follow}
     *
     * @param label of the class
     * @param channel from 0
     */
    public int values(int label, int channel) {
        return rows(label) + 1 + channel * VALUES;
    }

    /** {@return the index of the smallest size; those of the others follow} */
    public int sizes() {
        return classes * (1 + channels * VALUES);
    }

    /**
     * Counts some row groups.
     *
     * @param data the data set
     * @param begin the first row group
     * @param end the row group behind the last
     * @return the counts, {@code [size()]}
     * @throws BadInputException if a row cannot be read
     */
    public static long[] count(DataSet data, int begin, int end) {
        PixelCounts places = of(data.info());
        long[] counts = new long[places.size()];
        try (RowPlanes planes = new RowPlanes(data.info())) {
            for (int number = begin; number < end; number++) {
                RowGroup group = data.read(number);
                for (int row = 0; row < group.rows(); row++) {
                    planes.take(group, row);
                    places.add(counts, group.labels()[row], planes);
                }
            }
        }
        return counts;
    }

    private void add(long[] counts, int label, RowPlanes picture) {
        counts[rows(label)]++;
        byte[] bytes = picture.bytes();
        for (int c = 0; c < channels; c++) {
            int at = values(label, c);
            int from = picture.from() + c * picture.pixels();
            for (int i = 0; i < picture.pixels(); i++) {
                counts[at + (bytes[from + i] & 0xff)]++;
            }
        }
        int pixels = Math.max(1, picture.pixels());
        counts[sizes() + Integer.SIZE - 1 - Integer.numberOfLeadingZeros(pixels)]++;
    }
}
