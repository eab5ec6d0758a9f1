package convoy.worker.data;

import convoy.worker.data.format.DatasetInfo;
import java.util.Arrays;
import java.util.List;

/** Where each row group of a data set lies; they are numbered from 0 in stored order, through all files. */
final class RowGroupIndex {
    private final int[] rows;
    private final int[] file;
    private final int[] inFile;

    /** The number of rows before each row group; one more, with that of all rows. */
    private final long[] start;

    private RowGroupIndex(int count) {
        rows = new int[count];
        file = new int[count];
        inFile = new int[count];
        start = new long[count + 1];
    }

    static RowGroupIndex of(List<DatasetInfo.DataFile> files) {
        RowGroupIndex index = new RowGroupIndex(
                files.stream().mapToInt(one -> one.rowGroups().size()).sum());
        int next = 0;
        for (int f = 0; f < files.size(); f++) {
            List<Integer> groups = files.get(f).rowGroups();
            for (int g = 0; g < groups.size(); g++) {
                index.rows[next] = groups.get(g);
                index.file[next] = f;
                index.inFile[next] = g;
                index.start[next + 1] = index.start[next] + groups.get(g);
                next++;
            }
        }
        return index;
    }

    int count() {
        return rows.length;
    }

    /** The numbers of rows of all row groups. */
    int[] rows() {
        return rows.clone();
    }

    int rows(int rowGroup) {
        return rows[rowGroup];
    }

    /** The file that holds a row group, by its place in the description. */
    int file(int rowGroup) {
        return file[rowGroup];
    }

    /** Which row group of its file it is. */
    int inFile(int rowGroup) {
        return inFile[rowGroup];
    }

    /** The number of rows before a row group; for the number of row groups, that of all rows. */
    long start(int rowGroup) {
        return start[rowGroup];
    }

    /** The row group that holds a row. */
    int holding(long row) {
        int at = Arrays.binarySearch(start, row);
        if (at < 0) {
            return -at - 2;
        }
        // Empty row groups start where the next one does.
        while (rows[at] == 0) {
            at++;
        }
        return at;
    }
}
