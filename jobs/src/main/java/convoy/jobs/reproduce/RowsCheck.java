package convoy.jobs.reproduce;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.format.RowSums;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a file are others than they were. All of it is read.
 *
 * @param data as it is now
 * @param before checksums of the rows as they were, as many as there are now
 */
record RowsCheck(DataSet data, RowSums before) {
    /**
     * A row that is another one now.
     *
     * @param row its place in the file
     * @param id that it has now
     */
    private record Other(long row, long id) {}

    /** In one clause: how many rows differ, and which is the first; which row groups cannot be read. */
    String of(int file) {
        DataFile now = data.info().files().get(file);
        int firstGroup = data.info().files().subList(0, file).stream()
                .mapToInt(one -> one.rowGroups().size())
                .sum();
        long begin = data.rowGroupStart(firstGroup);
        List<Integer> unread = new ArrayList<>();
        Optional<Other> first = Optional.empty();
        long others = 0;
        for (int group = 0; group < now.rowGroups().size(); group++) {
            long start = data.rowGroupStart(firstGroup + group);
            Optional<RowGroup> rows = read(firstGroup + group);
            if (rows.isEmpty()) {
                unread.add(group);
                continue;
            }
            for (int row = 0; row < rows.get().rows(); row++) {
                if (RowSums.of(rows.get(), row) != before.at((int) start + row)) {
                    others++;
                    if (first.isEmpty()) {
                        first = Optional.of(
                                new Other(start - begin + row, rows.get().ids()[row]));
                    }
                }
            }
        }
        return told(now, first, others, unread);
    }

    /** Empty if it is damaged so that Parquet's own checksums or its decoder refuse it. */
    private Optional<RowGroup> read(int group) {
        try {
            return Optional.of(data.read(group));
        } catch (BadInputException | UncheckedIOException damaged) {
            return Optional.empty();
        }
    }

    private static String told(DataFile file, Optional<Other> first, long others, List<Integer> unread) {
        List<String> parts = new ArrayList<>();
        if (!unread.isEmpty()) {
            int group = unread.get(0);
            long begin = file.rowGroups().subList(0, group).stream()
                    .mapToLong(Integer::longValue)
                    .sum();
            parts.add(Counts.of(unread.size(), "row group") + " of "
                    + file.rowGroups().size()
                    + " cannot be read, the first has the rows " + begin + " to "
                    + (begin + file.rowGroups().get(group) - 1));
        }
        first.ifPresent(other -> parts.add(Counts.of(others, "row") + " of " + file.rows() + " "
                + (others == 1 ? "differs" : "differ, the first") + ": row " + other.row() + ", whose id is "
                + other.id()));
        return parts.isEmpty() ? "every row in it is what it was" : String.join("; ", parts);
    }
}
