package convoy.jobs.report.run;

import convoy.architectures.graph.Network;
import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.evaluation.Confusion;
import convoy.driver.metrics.MetricsLog;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.layout.Segment;
import convoy.records.BadInputException;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a run's directory, complete or not, on any Hadoop file system. */
public final class RunReader {
    private static final String RUN_FILE = "run.yaml";
    private static final String DATA_SET = "dataset.json";

    /** A file for each call of a run, named after the second in which it began. */
    private static final Pattern CALL = Pattern.compile("events\\.out\\.tfevents\\.([0-9]{1,12})\\.convoy\\.[0-9]+");

    private final Configuration hadoop;
    private final RunDirectory run;
    private final FileSystem files;
    private final String address;
    private final List<String> names;
    private final List<String> missing = new ArrayList<>();

    private RunReader(Configuration hadoop, String address, RunDirectory run, List<String> names) {
        this.hadoop = hadoop;
        this.address = address;
        this.run = run;
        this.files = run.fileSystem();
        this.names = names;
    }

    /**
     * Reads everything that a report shows.
     *
     * @param hadoop settings of the file systems
     * @param address URI of the run's directory
     * @return the run
     * @throws BadInputException if there is no run, or its figures cannot be read
     */
    public static RunData read(Configuration hadoop, String address) {
        RunDirectory run = RunDirectory.existing(hadoop, address);
        FileStatus[] inside = Storage.requireFolder(run.fileSystem(), "run", run.root(), "give the directory of a run");
        List<String> names = Arrays.stream(inside)
                .map(status -> status.getPath().getName())
                .sorted()
                .toList();
        if (!names.contains(RUN_FILE) && !names.contains(MetricsLog.FILE)) {
            throw new BadInputException(address
                    + (names.contains(DATA_SET) ? " is a data set and no run" : " is no run, for it has no run.yaml")
                    + ": give the directory of a run, as runs/my-run");
        }
        return new RunReader(hadoop, address, run, names).data();
    }

    /**
     * Reads the figures alone, of a run that may not have begun.
     *
     * @param hadoop settings of the file systems
     * @param address URI of the run's directory
     * @return its figures; of a run that has not begun there are none
     * @throws BadInputException if there is no such directory, or its figures cannot be read
     */
    public static RunLog figures(Configuration hadoop, String address) {
        RunDirectory run = RunDirectory.existing(hadoop, address);
        List<String> names = Arrays.stream(
                        Storage.requireFolder(run.fileSystem(), "run", run.root(), "give the directory of a run"))
                .map(status -> status.getPath().getName())
                .toList();
        RunReader reader = new RunReader(hadoop, address, run, names);
        return names.contains(MetricsLog.FILE) ? reader.log() : RunLog.EMPTY;
    }

    private RunData data() {
        boolean hasModel = names.contains(RunDirectory.MODEL);
        RunLog log = names.contains(MetricsLog.FILE) ? log() : RunLog.EMPTY;
        Map<String, String> settings = run.read(run.path(RUN_FILE))
                .map(text -> Settings.of(run.path(RUN_FILE).toString(), text))
                .orElse(Map.of());
        return new RunData(
                run.root().getName(),
                new RunData.Place(address, hasModel, names.contains(MetricsLog.FILE)),
                log,
                settings,
                trained(hasModel),
                scores());
    }

    private RunLog log() {
        Path file = run.path(MetricsLog.FILE);
        SortedSet<Long> calls = new TreeSet<>();
        for (String name : names) {
            Matcher call = CALL.matcher(name);
            if (call.matches()) {
                calls.add(Long.parseLong(call.group(1)));
            }
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
            return RunLogReader.read(lines, Storage.where(files, file), calls);
        } catch (IOException failure) {
            throw Storage.explained(files, "metrics", file, failure);
        }
    }

    /** What cannot be read of it is said in the report: its curves are worth as much without. */
    private RunData.Trained trained(boolean hasModel) {
        try {
            Optional<Checkpoint> newest = new Checkpoints(run).newest();
            Map<String, String> determinants = new TreeMap<>();
            newest.ifPresent(checkpoint ->
                    checkpoint.manifest().determinants().forEach((key, text) -> determinants.put(key, bare(text))));
            Optional<ModelDescription> description = description(hasModel, newest);
            if (description.isEmpty()) {
                missing.add(
                        "There is no checkpoint and no model yet, so the network's size and its filters are not known.");
                return new RunData.Trained(determinants, Optional.empty(), Optional.empty(), missing);
            }
            Network network = description.get().build();
            Optional<Filters> filters = filters(network, hasModel, newest);
            if (filters.isEmpty()) {
                missing.add("The first layer has no filters of 2 × 2 or more that look at 1 or 3 channels.");
            }
            RunData.NetworkFacts facts = new RunData.NetworkFacts(
                    network.name(),
                    description.get().input().toString(),
                    network.classes(),
                    network.parameterCount(),
                    network.multiplyAddsWithoutAuxiliary(),
                    network.fingerprint());
            return new RunData.Trained(determinants, Optional.of(facts), filters, missing);
        } catch (BadInputException damaged) {
            missing.add("The model could not be read: " + damaged.getMessage() + ".");
            return new RunData.Trained(Map.of(), Optional.empty(), Optional.empty(), missing);
        }
    }

    /** Canonical text puts words into quotation marks that are none of the value. */
    private static String bare(String text) {
        return text.length() >= 2
                        && text.startsWith("\"")
                        && text.endsWith("\"")
                        && text.indexOf('"', 1) == text.length() - 1
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private Optional<ModelDescription> description(boolean hasModel, Optional<Checkpoint> newest) {
        return hasModel
                ? Optional.of(StoredModel.describe(
                        hadoop, run.path(RunDirectory.MODEL).toString(), Optional.empty()))
                : newest.flatMap(checkpoint -> ModelDescription.fromMetadata(
                        checkpoint.manifest().model(), checkpoint.directory().toString()));
    }

    private Optional<Filters> filters(Network network, boolean hasModel, Optional<Checkpoint> newest) {
        Optional<Segment> found = NetworkLayout.of(network).segments().stream()
                .filter(segment -> segment.shape().size() > 1)
                .findFirst()
                .filter(segment -> Filters.canBeDrawn(segment.shape()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Segment first = found.get();
        float[] values = new float[first.size()];
        if (hasModel) {
            String model = run.path(RunDirectory.MODEL).toString();
            StoredModel.use(hadoop, model, opened -> {
                opened.read(first.name(), values, 0);
                return true;
            });
            return Optional.of(new Filters(first.name(), first.shape(), values, StoredModel.step(hadoop, model)));
        }
        return newest.map(checkpoint -> {
            float[] all = StoredModel.read(hadoop, run, checkpoint).values();
            System.arraycopy(all, first.begin(), values, 0, values.length);
            return new Filters(first.name(), first.shape(), values, checkpoint.step());
        });
    }

    private List<Confusion> scores() {
        if (!names.contains(Confusion.FOLDER)) {
            return List.of();
        }
        Path folder = run.path(Confusion.FOLDER);
        List<Confusion> scores = new ArrayList<>();
        for (FileStatus file : Storage.requireFolder(files, "run", folder, "remove it")) {
            if (file.getPath().getName().endsWith(".json")) {
                run.read(file.getPath())
                        .ifPresent(text -> scores.add(
                                Confusion.fromJson(text, file.getPath().toString())));
            }
        }
        scores.sort(Comparator.comparingLong(Confusion::step).thenComparing(Confusion::fingerprint));
        return scores;
    }
}
