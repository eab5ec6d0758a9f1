package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.split.RowKeys;
import convoy.worker.data.split.RowSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Rows of other data sets, one after the other. Each of them stands where a file would, and a mark of its name is added to the ids of its
 * rows, so that they are unique, and the same whatever it is joined with.
 *
 * @param uri of the data set that they make up
 * @param info what its {@code dataset.json} says
 * @param members by their places in the description
 */
record JoinedRows(String uri, DatasetInfo info, List<Member> members) implements StoredRows {
    JoinedRows {
        members = List.copyOf(members);
    }

    /** One of the data sets, or a part of it, with the mark of its name. */
    record Member(DataSet rows, long mark) {}

    /**
     * Opens all that a description names.
     *
     * @throws BadInputException if one is not there, or is not what it was when they were joined
     */
    static JoinedRows open(Configuration hadoop, String uri, DatasetInfo info) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < info.parts().size(); i++) {
            DatasetInfo.Part part = info.parts().get(i);
            DataFile file = info.files().get(i);
            DataSet whole = DataSet.openPart(hadoop, part.uri());
            if (!whole.info().fingerprint().equals(part.fingerprint())) {
                throw new BadInputException("data set " + uri + " is joined of " + part.uri() + " with fingerprint "
                        + part.fingerprint() + ", which has " + whole.info().fingerprint()
                        + " now: put back what was there, or join them anew");
            }
            DataSet rows = part.rows()
                    .map(kept -> whole.only(rows(kept, Math.toIntExact(whole.rows()), uri, part)))
                    .orElse(whole);
            if (!rows.rowGroupRows().equals(file.rowGroups())) {
                throw new BadInputException("data set " + uri + ": " + file.name() + " has "
                        + Counts.plain(rows.rows(), "row") + " in " + Counts.plain(rows.rowGroupCount(), "row group")
                        + ", " + DatasetInfo.FILE_NAME
                        + " says " + file.rows() + " in " + file.rowGroups().size() + ": join them anew");
            }
            members.add(new Member(rows, JoinedData.mark(file.name())));
        }
        return new JoinedRows(uri, info, members);
    }

    private static RowSet rows(String kept, int of, String uri, DatasetInfo.Part part) {
        try {
            return JoinedData.rows(kept, of);
        } catch (IllegalArgumentException damaged) {
            throw new BadInputException(
                    "data set " + uri + ": its rows of " + part.uri() + " are no set of " + Counts.plain(of, "row")
                            + ": it is damaged; join them anew",
                    damaged);
        }
    }

    @Override
    public RowGroup read(int file, int rowGroup) {
        Member member = members.get(file);
        RowGroup stored = member.rows().read(rowGroup);
        return stored.withIds(marked(stored.ids(), member.mark()));
    }

    private static long[] marked(long[] ids, long mark) {
        return Arrays.stream(ids).map(id -> id ^ mark).toArray();
    }

    @Override
    public List<int[]> labels(int file) {
        return members.get(file).rows().labelsByRowGroup();
    }

    @Override
    public RowKeys keys() {
        long[] ids = new long[Math.toIntExact(info.rows())];
        int[] labels = new int[ids.length];
        int next = 0;
        for (Member member : members) {
            RowKeys keys = member.rows().keys();
            int rows = keys.ids().length;
            System.arraycopy(marked(keys.ids(), member.mark()), 0, ids, next, rows);
            System.arraycopy(keys.labels().labels(), 0, labels, next, rows);
            next += rows;
        }
        return new RowKeys(uri, info.classes(), new RowLabels(info.classes().size(), labels), ids);
    }
}
