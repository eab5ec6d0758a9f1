package convoy.jobs.retrain.news;

import convoy.jobs.retrain.file.DataPlan;
import convoy.jobs.retrain.file.DayPattern;
import convoy.jobs.retrain.file.ManifestFile;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Looks what lies where a pipeline's data come from. */
public final class DataListing {
    private final Configuration hadoop;
    private final UnaryOperator<String> texts;
    private final Function<DataPlan.Iceberg, Listing> tables;

    /**
     * Looks at any Hadoop file system.
     *
     * @param hadoop how to reach it
     * @param texts gives the text that lies at an address
     * @param tables gives the snapshots of a table
     */
    public DataListing(Configuration hadoop, UnaryOperator<String> texts, Function<DataPlan.Iceberg, Listing> tables) {
        this.hadoop = hadoop;
        this.texts = texts;
        this.tables = tables;
    }

    /**
     * {@return the data sets that are whole, and notes on what else lies there}
     *
     * @param plan where data come from
     * @throws BadInputException that lists, a line for each, names that look like days and are none, and entries that are no data sets
     */
    public Listing of(DataPlan plan) {
        return plan.accept(new DataPlan.Visitor<>() {
            @Override
            public Listing partitions(DataPlan.Partitions partitions) {
                return days(partitions.pattern());
            }

            @Override
            public Listing manifest(DataPlan.Manifest manifest) {
                return entries(ManifestFile.read(manifest.uri(), texts.apply(manifest.uri())));
            }

            @Override
            public Listing iceberg(DataPlan.Iceberg iceberg) {
                return tables.apply(iceberg);
            }
        });
    }

    private Listing days(DayPattern pattern) {
        Path folder = Storage.path("partitions", pattern.folder());
        FileSystem files = Storage.of(hadoop, "partitions", folder);
        List<String> notes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<Offered> found = new ArrayList<>();
        FileStatus[] listed =
                Storage.requireFolder(files, "partitions", folder, "correct data.uri, or write the first day there");
        for (FileStatus status : Arrays.stream(listed)
                .sorted(Comparator.comparing(status -> status.getPath().getName()))
                .toList()) {
            String name = status.getPath().getName();
            if (name.startsWith("_") || name.startsWith(".")) {
                continue; // Hadoop's own, and what is on its way.
            }
            if (!pattern.isMeant(name)) {
                notes.add(name + " is not called " + pattern.name() + ", and is passed over.");
                continue;
            }
            Optional<LocalDate> day = pattern.day(name);
            if (day.isEmpty()) {
                problems.add("partition " + status.getPath() + " is called as a day, " + pattern.name()
                        + ", and holds no date: rename it to year, month and day, as "
                        + pattern.name().replace("{date}", "2026-11-20"));
            } else if (!status.isDirectory()) {
                problems.add("partition " + status.getPath() + " is a file: a day is a data set, as import writes it");
            } else {
                look(name, status.getPath().toString(), day, notes, problems).ifPresent(found::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new BadInputException(problems);
        }
        return new Listing(found, notes);
    }

    private Listing entries(ManifestFile manifest) {
        List<String> notes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        List<Offered> found = new ArrayList<>();
        for (ManifestFile.Entry entry : manifest.dataSets()) {
            look(entry.id(), entry.uri(), entry.date(), notes, problems).ifPresent(found::add);
        }
        if (!problems.isEmpty()) {
            throw new BadInputException(problems);
        }
        return new Listing(found, notes);
    }

    /** A data set, or why it is none, among the notes if it may still become one. */
    private Optional<Offered> look(
            String id, String uri, Optional<LocalDate> day, List<String> notes, List<String> problems) {
        try {
            Path directory = Storage.path("data set", uri);
            FileSystem files = Storage.of(hadoop, "data set", directory);
            Path description = Storage.child(directory, DatasetInfo.FILE_NAME);
            if (day.isPresent() && files.exists(directory) && !files.exists(description)) {
                notes.add(id + " has no " + DatasetInfo.FILE_NAME + " yet, and is passed over until it has.");
                return Optional.empty();
            }
            if (files.exists(description)) {
                DatasetInfo said = DatasetInfo.read(files, description);
                if (said.rows() == 0) {
                    return Optional.of(new Offered(id, uri, said.fingerprint(), 0, day));
                }
            }
            DatasetInfo info = DataSet.open(hadoop, uri).info();
            info.requireOneLabel(uri, "a retraining", "leave it out");
            return Optional.of(new Offered(id, uri, info.fingerprint(), info.rows(), day));
        } catch (BadInputException refused) {
            String.valueOf(refused.getMessage()).lines().forEach(problems::add);
            return Optional.empty();
        } catch (IOException unreadable) {
            Path path = Storage.path("data set", uri);
            throw Storage.explained(Storage.of(hadoop, "data set", path), "data set", path, unreadable);
        }
    }
}
