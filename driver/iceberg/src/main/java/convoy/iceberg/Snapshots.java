package convoy.iceberg;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.table.TableContent;
import convoy.driver.importing.table.TableContent.Addition;
import convoy.driver.importing.table.TableContent.TableFile;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * What is in a table, by the snapshots that added it. The files of the newest snapshot say who added each, also where that one has expired.
 *
 * <p>A snapshot that only rewrote files added no rows: its files are taken for those that they were made of, as long as these are known, so
 * that rows stay those of the snapshot that brought them.
 */
final class Snapshots {
    private final Table table;
    private final String uri;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param table that is looked at
     * @param uri of it, for messages
     */
    Snapshots(Table table, String uri) {
        this.table = table;
        this.uri = uri;
    }

    TableContent content(PictureColumns columns) {
        String id = ((BaseTable) table).operations().current().uuid();
        Optional<Snapshot> newest = Optional.ofNullable(table.currentSnapshot());
        if (newest.isEmpty()) {
            notes.add("Table " + uri + " has no snapshot yet.");
            return new TableContent(id, columns, List.of(), notes);
        }
        List<Snapshot> line = line(newest.get());
        Map<String, LiveFile> live =
                new TreeMap<>(LiveFile.of(table, uri, newest.get().snapshotId()));
        for (Snapshot snapshot : line) {
            if (DataOperations.REPLACE.equals(snapshot.operation())) {
                undo(snapshot, live);
            }
        }
        return new TableContent(id, columns, additions(line, live), notes);
    }

    /** The snapshots that led here and are known, the newest first. */
    private List<Snapshot> line(Snapshot newest) {
        List<Snapshot> line = new ArrayList<>();
        for (Optional<Snapshot> at = Optional.of(newest); at.isPresent(); at = before(at.get())) {
            line.add(at.get());
        }
        return line;
    }

    private Optional<Snapshot> before(Snapshot snapshot) {
        return Optional.ofNullable(snapshot.parentId()).flatMap(parent -> Optional.ofNullable(table.snapshot(parent)));
    }

    /** Puts what a snapshot rewrote back in the place of what it wrote. */
    private void undo(Snapshot snapshot, Map<String, LiveFile> live) {
        Map<String, Long> written = rows(snapshot.addedDataFiles(table.io()));
        Set<String> there = new HashSet<>(written.keySet());
        there.retainAll(live.keySet());
        if (there.isEmpty()) {
            return; // Rewritten again, or deleted.
        }
        Map<String, Long> rewritten = rows(snapshot.removedDataFiles(table.io()));
        Optional<String> hindrance = hindrance(snapshot, there.size() < written.size(), sum(written) != sum(rewritten));
        if (hindrance.isPresent()) {
            notes.add("Snapshot " + snapshot.snapshotId() + " of " + uri + " rewrote files, and " + hindrance.get()
                    + ": what it wrote counts as rows of its own, though they may have been trained on.");
            return;
        }
        live.keySet().removeAll(written.keySet());
        Map<String, LiveFile> earlier =
                LiveFile.of(table, uri, before(snapshot).orElseThrow().snapshotId());
        rewritten.keySet().forEach(path -> live.put(path, Objects.requireNonNull(earlier.get(path))));
    }

    private Optional<String> hindrance(Snapshot snapshot, boolean partly, boolean otherRows) {
        if (partly) {
            return Optional.of("some of what it wrote was replaced since");
        }
        if (otherRows) {
            return Optional.of("left out rows that had been deleted");
        }
        return before(snapshot).isEmpty()
                ? Optional.of("the one before it has expired (keep snapshots until a retraining has seen them)")
                : Optional.empty();
    }

    private static Map<String, Long> rows(Iterable<DataFile> files) {
        Map<String, Long> rows = new TreeMap<>();
        files.forEach(file -> rows.put(file.location(), file.recordCount()));
        return rows;
    }

    private static long sum(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    private List<Addition> additions(List<Snapshot> line, Map<String, LiveFile> live) {
        Map<Long, List<TableFile>> files = new LinkedHashMap<>();
        live.values().forEach(one -> files.computeIfAbsent(one.snapshot(), id -> new ArrayList<>())
                .add(one.file()));
        Map<Long, Long> times = new TreeMap<>();
        line.forEach(snapshot -> times.put(snapshot.snapshotId(), snapshot.timestampMillis()));
        long eldest = line.get(line.size() - 1).timestampMillis();
        long expired =
                files.keySet().stream().filter(id -> !times.containsKey(id)).count();
        if (expired > 0) {
            notes.add(Counts.of(expired, "snapshot") + " of " + uri + " whose files are still there "
                    + (expired == 1 ? "has" : "have") + " expired, and " + (expired == 1 ? "counts" : "count")
                    + " as of the time of the eldest that is known.");
        }
        return files.entrySet().stream()
                .map(one -> new Addition(one.getKey(), times.getOrDefault(one.getKey(), eldest), one.getValue()))
                .sorted(Comparator.comparingLong(Addition::milliseconds).thenComparingLong(Addition::snapshot))
                .toList();
    }
}
