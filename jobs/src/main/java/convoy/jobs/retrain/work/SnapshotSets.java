package convoy.jobs.retrain.work;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Channels;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.table.TableContent;
import convoy.driver.importing.table.TableContent.Addition;
import convoy.driver.importing.table.TableFormat;
import convoy.driver.importing.table.WantedTable;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.jobs.progress.Phases;
import convoy.jobs.retrain.file.DataPlan;
import convoy.jobs.retrain.news.Chosen;
import convoy.jobs.retrain.news.Listing;
import convoy.jobs.retrain.news.News;
import convoy.jobs.retrain.news.Offered;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Snapshots of a table as data sets. Which there are is told by the table's lists of files, so that nothing is copied of a snapshot that is
 * not trained on; one that is trained on is imported once.
 */
final class SnapshotSets {
    private static final int DIGITS = 32;

    private final SparkApplication spark;
    private final Workplace place;
    private final PrintWriter err;
    private final Map<String, Known> known = new HashMap<>();

    /** A snapshot that was listed. */
    private record Known(DataPlan.Iceberg plan, PictureColumns columns, Addition addition) {
        /** Files of a table never change, so their names and lengths stand for what is in them. */
        String fingerprint(String table) {
            String files = addition.files().stream()
                    .map(file -> file.uri() + "\n" + file.bytes() + "\n" + file.rows() + "\n")
                    .collect(Collectors.joining());
            return "snapshot:"
                    + Sha256.digits(String.join(
                            "\n",
                            table,
                            text(columns.image()),
                            text(columns.label()),
                            String.join(",", plan.classes()),
                            plan.channels() + " " + plan.onBad(),
                            files));
        }

        private static String text(PictureColumns.Column column) {
            return column.hasId() ? String.valueOf(column.id()) : column.name();
        }
    }

    /**
     * @param spark the application
     * @param place where they are imported
     * @param err for progress
     */
    SnapshotSets(SparkApplication spark, Workplace place, PrintWriter err) {
        this.spark = spark;
        this.place = place;
        this.err = err;
    }

    /** What is in a table, by the snapshots that added it. */
    Listing list(DataPlan.Iceberg plan) {
        TableContent content = TableFormat.named("iceberg")
                .read(place.hadoop(), new WantedTable(plan.table(), plan.image(), plan.label()));
        List<Offered> offered = content.additions().stream()
                .map(addition -> offered(content, new Known(plan, content.columns(), addition)))
                .toList();
        return new Listing(offered, content.notes());
    }

    private Offered offered(TableContent content, Known one) {
        Addition addition = one.addition();
        String uri = one.plan().table() + "#" + addition.snapshot();
        known.put(uri, one);
        return new Offered(
                "snapshot-" + addition.snapshot(),
                uri,
                one.fingerprint(content.id()),
                addition.rows(),
                Optional.of(Instant.ofEpochMilli(addition.milliseconds())
                        .atZone(ZoneOffset.UTC)
                        .toLocalDate()));
    }

    /** The same with a data set in the place of each snapshot that is trained on. */
    News imported(News news) {
        return news instanceof News.Some some
                ? new News.Some(some.chosen().stream().map(this::imported).toList(), some.notes())
                : news;
    }

    private Chosen imported(Chosen chosen) {
        Offered offered = chosen.dataSet();
        return Optional.ofNullable(known.get(offered.uri()))
                .map(one -> {
                    String to =
                            place.snapshot(Sha256.digits(offered.fingerprint()).substring(0, DIGITS));
                    if (!isThere(to)) {
                        run(one, offered, to);
                    }
                    long rows = DataSet.open(place.hadoop(), to).rows();
                    return new Chosen(
                            new Offered(offered.id(), to, offered.fingerprint(), rows, offered.day()),
                            chosen.standing(),
                            chosen.share());
                })
                .orElse(chosen);
    }

    private boolean isThere(String uri) {
        Path description = new Path(uri, DatasetInfo.FILE_NAME);
        FileSystem files = Storage.of(place.hadoop(), "retraining", description);
        try {
            return files.exists(description);
        } catch (IOException failure) {
            throw Storage.explained(files, "retraining", description, failure);
        }
    }

    private void run(Known one, Offered offered, String to) {
        DataPlan.Iceberg plan = one.plan();
        ImportConfiguration configuration = ImportConfiguration.of(Format.PARQUET, plan.table(), to)
                .with()
                .split(Optional.of(offered.id()))
                .channels(plan.channels() == 1 ? Channels.ONE : Channels.THREE)
                .onBad(plan.onBad())
                .columns(one.columns())
                .classes(plan.classes())
                .build();
        Source source = Source.of(one.addition().files().stream()
                .map(file -> new SourceFile(file.uri(), file.uri(), file.bytes(), true, false, ""))
                .toList());
        try (Phases phases = new Phases(err)) {
            ImportJob.run(spark.context(), configuration, source, phases);
        }
    }
}
