package convoy.worker.data;

import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.split.RowSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where each row group of a data set lies; they are numbered from 0 in stored order, through all files. Of a part of the data
 * set it has the row groups that hold a row of it, numbered among themselves, with so many rows as they hold of it.
 */
final class RowGroupIndex {
    private final int[] rows;
    private final int[] file;
    private final int[] inFile;

    /** The number of each row group in the whole data set. */
    private final int[] inWhole;

    /** The number of rows before each row group; one more, with that of all rows. */
    private final long[] start;

    private RowGroupIndex(int count) {
        rows = new int[count];
        file = new int[count];
        inFile = new int[count];
        inWhole = new int[count];
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
                index.inWhole[next] = next;
                next++;
            }
        }
        return index;
    }

    /** That of a part, of the index of the whole. */
    RowGroupIndex only(RowSet part) {
        int[] counts = IntStream.range(0, count())
                .map(group -> places(group, part).length)
                .toArray();
        RowGroupIndex index = new RowGroupIndex(
                (int) Arrays.stream(counts).filter(rows -> rows > 0).count());
        int next = 0;
        for (int group = 0; group < counts.length; group++) {
            if (counts[group] > 0) {
                index.rows[next] = counts[group];
                index.file[next] = file[group];
                index.inFile[next] = inFile[group];
                index.inWhole[next] = group;
                index.start[next + 1] = index.start[next] + counts[group];
                next++;
            }
        }
        return index;
    }

    /** Which rows of a row group as it is stored are of a part; this is the index of the whole. */
    int[] places(int rowGroup, RowSet part) {
        return part.within((int) start[rowGroup], (int) start[rowGroup + 1]);
    }

    /** The number of a row group in the whole data set. */
    int inWhole(int rowGroup) {
        return inWhole[rowGroup];
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
