package convoy.worker.data;

import convoy.worker.data.format.RowGroup;
import convoy.worker.data.split.RowKeys;
import java.util.List;

/** The rows of a whole data set as they are stored: in files of its own, or in other data sets. */
interface StoredRows {
    /**
     * Reads one row group.
     *
     * @param file by its place in the description
     * @param rowGroup of the file, from 0
     * @throws convoy.records.BadInputException if what is stored is not what was promised
     */
    RowGroup read(int file, int rowGroup);

    /** The labels of a file's rows, by its row groups, read without the pictures. */
    List<int[]> labels(int file);

    /** The ids and labels of all rows, read without the pictures, of a data set that is small enough. */
    RowKeys keys();
}
