package convoy.driver.importing.table;

import convoy.driver.importing.PictureColumns;
import java.util.List;

/**
 * What a table holds: each of its rows once, by the change that it came in with.
 *
 * @param id of the table, which stays when it is moved
 * @param columns that were asked for, as its files have them
 * @param additions the files that are in it, by the change that added them; the first change first
 * @param notes what a person should know, a sentence each
 */
public record TableContent(String id, PictureColumns columns, List<Addition> additions, List<String> notes) {
    public TableContent {
        additions = List.copyOf(additions);
        notes = List.copyOf(notes);
    }

    /**
     * The files of one change.
     *
     * @param snapshot number of the change
     * @param milliseconds when it was made, since 1970; of a change that is not known any more when the eldest was that is
     * @param files in the order of their addresses
     */
    public record Addition(long snapshot, long milliseconds, List<TableFile> files) {
        public Addition {
            files = List.copyOf(files);
        }

        /** {@return how many rows they have} */
        public long rows() {
            return files.stream().mapToLong(TableFile::rows).sum();
        }
    }

    /**
     * A Parquet file of a table, which never changes.
     *
     * @param uri where it lies
     * @param bytes its length
     * @param rows how many it has
     */
    public record TableFile(String uri, long bytes, long rows) {}
}
