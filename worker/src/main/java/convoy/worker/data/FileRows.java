package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ParquetFiles;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.split.RowKeys;
import java.util.List;

/**
 * Rows in Parquet files that lie beside {@code dataset.json}.
 *
 * @param uri of the data set
 * @param info what {@code dataset.json} says
 * @param files its files
 */
record FileRows(String uri, DatasetInfo info, ParquetFiles files) implements StoredRows {
    @Override
    public RowGroup read(int file, int rowGroup) {
        return files.read(info.files().get(file).name(), rowGroup, info);
    }

    @Override
    public List<int[]> labels(int number) {
        DatasetInfo.DataFile file = info.files().get(number);
        List<int[]> labels = files.labels(file.name(), info);
        requireAsCut(file, labels.stream().map(group -> group.length).toList());
        return labels;
    }

    @Override
    public RowKeys keys() {
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

    private void requireAsCut(DatasetInfo.DataFile file, List<Integer> rows) {
        if (!rows.equals(file.rowGroups())) {
            throw new BadInputException("data set " + uri + ": the row groups of " + file.name() + " hold "
                    + Counts.plain(rows.stream().mapToLong(Integer::longValue).sum(), "row") + ", "
                    + DatasetInfo.FILE_NAME + " says "
                    + file.rows() + ", or cuts them otherwise: import again");
        }
    }
}
