package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ParquetFiles;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.split.RowKeys;
import java.util.List;

/**
 * The columns {@code id} and {@code label} of a whole data set, read without the pictures.
 *
 * @param uri of the data set
 * @param info what {@code dataset.json} says
 * @param files its files
 */
record KeyColumns(String uri, DatasetInfo info, ParquetFiles files) {
    /** The labels of a file's rows, by its row groups. */
    List<int[]> labels(DatasetInfo.DataFile file) {
        List<int[]> labels = files.labels(file.name(), info);
        requireAsCut(file, labels.stream().map(group -> group.length).toList());
        return labels;
    }

    /**
     * The ids and labels of all rows.
     *
     * @throws BadInputException if there are too many, or what is stored is not what was promised
     */
    RowKeys keys() {
        requireFewRows("the ids", "give data.validation a data set");
        int[] labels = new int[(int) info.rows()];
        long[] ids = new long[labels.length];
        int next = 0;
        for (DatasetInfo.DataFile file : info.files()) {
            List<ParquetFiles.Keys> groups = files.keys(file.name(), info);
            requireAsCut(file, groups.stream().map(group -> group.ids().length).toList());
            for (ParquetFiles.Keys group : groups) {
                int rows = group.ids().length;
                System.arraycopy(group.labels(), 0, labels, next, rows);
                System.arraycopy(group.ids(), 0, ids, next, rows);
                next += rows;
            }
        }
        return new RowKeys(uri, info.classes(), new RowLabels(info.classes().size(), labels), ids);
    }

    /**
     * Refuses more rows than are held in memory.
     *
     * @throws BadInputException if there are
     */
    void requireFewRows(String what, String remedy) {
        if (info.rows() > RowLabels.MOST_ROWS) {
            throw new BadInputException("data set " + uri + " has " + Counts.plain(info.rows(), "row") + ", and " + what
                    + " of " + RowLabels.MOST_ROWS + " are held in memory at most: " + remedy);
        }
    }

    private void requireAsCut(DatasetInfo.DataFile file, List<Integer> rows) {
        if (!rows.equals(file.rowGroups())) {
            throw new BadInputException("data set " + uri + ": the row groups of " + file.name() + " hold "
                    + Counts.plain(rows.stream().mapToLong(Integer::longValue).sum(), "row") + ", "
                    + DatasetInfo.FILE_NAME + " says "
                    + file.rows() + ", or cuts them otherwise: import again");
        }
    }
}
