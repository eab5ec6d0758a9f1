package convoy.driver.importing.plan;

import java.io.Serializable;

/**
 * How many row groups and files a data set gets, and which rows each takes: row group g of G has the rows
 * {@code [g*N/G, (g+1)*N/G)}, file f of F the row groups {@code [f*G/F, (f+1)*G/F)}. A function of the data alone, so that
 * an import gives the same files on any cluster.
 *
 * @param rows N
 * @param rowGroups G
 * @param files F
 */
public record RowLayout(long rows, int rowGroups, int files) implements Serializable {
    /** A worker holds a few row groups in memory for each micro-batch that it computes. */
    private static final long ROW_GROUP_BYTES = 8L << 20;

    /** So many or more, where that leaves each some rows: the order of an epoch permutes row groups. */
    private static final int ROW_GROUPS = 64;

    private static final int LEAST_ROWS = 16;
    private static final long FILE_BYTES = 256L << 20;

    /** Files of this size do for small data sets, so that several tasks write. */
    private static final long SMALL_FILE_BYTES = 16L << 20;

    private static final int SMALL_FILES = 8;

    /**
     * @param rows N, at least one
     * @param imageBytes the size of all pictures together
     */
    static RowLayout of(long rows, long imageBytes) {
        long mean = Math.max(1, imageBytes / rows);
        long perGroup = Math.max(LEAST_ROWS, (rows + ROW_GROUPS - 1) / ROW_GROUPS);
        perGroup = Math.max(1, Math.min(perGroup, ROW_GROUP_BYTES / mean));
        int rowGroups = Math.toIntExact((rows + perGroup - 1) / perGroup);
        long small = Math.min(SMALL_FILES, (imageBytes + SMALL_FILE_BYTES - 1) / SMALL_FILE_BYTES);
        long large = (imageBytes + FILE_BYTES - 1) / FILE_BYTES;
        int files = (int) Math.max(1, Math.min(rowGroups, Math.max(small, large)));
        return new RowLayout(rows, rowGroups, files);
    }

    /**
     * {@return the first row of a row group; N for the one after the last}
     *
     * @param rowGroup from 0 to G
     */
    public long rowGroupStart(int rowGroup) {
        return Math.multiplyExact((long) rowGroup, rows) / rowGroups;
    }

    /**
     * {@return the first row group of a file; G for the one after the last}
     *
     * @param file from 0 to F
     */
    public int fileStart(int file) {
        return (int) ((long) file * rowGroups / files);
    }

    /**
     * {@return the file that takes a row}
     *
     * @param row from 0, below N
     */
    public int fileOf(long row) {
        int low = 0;
        int high = files;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (rowGroupStart(fileStart(middle)) <= row) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * {@return the name of a file}
     *
     * @param file from 0
     */
    public String fileName(int file) {
        return String.format("part-%05d-of-%05d.parquet", file, files);
    }
}
