package convoy.jobs.reproduce;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.MetricsLog;
import convoy.driver.metrics.StoredLine;
import convoy.records.BadInputException;
import convoy.records.Value;
import convoy.worker.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run's {@code metrics.jsonl} says that is the same on any cluster.
 *
 * @param losses of each step, by the updates that were done after it, in as many digits as tell it apart; {@code null} if it was no number
 * @param tensors of each checkpoint: the checksum of each tensor by its name, in the order of the network
 */
record Figures(SortedMap<Long, String> losses, SortedMap<Long, Map<String, String>> tensors) {
    /** Reads a run's; of a folder without figures there are none. */
    static Figures read(Configuration hadoop, String folder) {
        RunDirectory run = RunDirectory.existing(hadoop, folder);
        FileSystem files = run.fileSystem();
        Path file = run.path(MetricsLog.FILE);
        Figures figures = new Figures(new TreeMap<>(), new TreeMap<>());
        try {
            if (files.exists(file)) {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
                    String line = lines.readLine();
                    while (line != null && figures.take(line)) {
                        line = lines.readLine();
                    }
                }
            }
        } catch (IOException failure) {
            throw Storage.explained(files, "figures", file, failure);
        }
        return figures;
    }

    /** Whether the line is whole; the last one of a run that was killed may not be. */
    private boolean take(String line) {
        Value value;
        try {
            value = StoredLine.parse(line);
        } catch (BadInputException cutOff) {
            return false;
        }
        if (!(value instanceof Value.Nothing)) {
            StoredLine stored = StoredLine.of(value);
            long step = stored.head().step();
            stored.stepLoss()
                    .ifPresentOrElse(
                            of -> losses.put(
                                    step, of.loss().map(String::valueOf).orElse("null")),
                            () -> stored.line().ifPresent(this::take));
        }
        return true;
    }

    private void take(MetricsLine line) {
        if (line instanceof MetricsLine.Tensors sums) {
            tensors.put(sums.step(), sums.crc32c());
        }
    }

    /** The first step whose loss is another in the other run. */
    Optional<Long> firstOtherLoss(Figures other) {
        for (Map.Entry<Long, String> step : losses.entrySet()) {
            String loss = other.losses.get(step.getKey());
            if (loss != null && !loss.equals(step.getValue())) {
                return Optional.of(step.getKey());
            }
        }
        return Optional.empty();
    }

    /** The first tensor of the first checkpoint that is another in the other run. */
    Optional<Place> firstOtherTensor(Figures other) {
        for (Map.Entry<Long, Map<String, String>> checkpoint : tensors.entrySet()) {
            Map<String, String> there = other.tensors.getOrDefault(checkpoint.getKey(), Map.of());
            for (Map.Entry<String, String> tensor : checkpoint.getValue().entrySet()) {
                String sum = there.get(tensor.getKey());
                if (sum != null && !sum.equals(tensor.getValue())) {
                    return Optional.of(new Place(checkpoint.getKey(), tensor.getKey()));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether there are checkpoints of one step of which both runs say what their tensors are. */
    boolean shares(Figures other) {
        return tensors.keySet().stream().anyMatch(step -> other.tensors.containsKey(step));
    }

    /** A tensor of a checkpoint. */
    record Place(long step, String tensor) {}
}
