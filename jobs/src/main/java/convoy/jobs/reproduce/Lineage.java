package convoy.jobs.reproduce;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.model.StoredModel;
import convoy.jobs.launch.Uris;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The models that a model came of, the eldest first and itself last, as far as the runs are there that trained them.
 *
 * @param line the models
 * @param beginning what the eldest began with that no run is known of, in one line; empty: drawn values
 */
record Lineage(List<Original> line, Optional<String> beginning) {
    /** A line that is longer goes round in a circle. */
    private static final int LONGEST = 100;

    Lineage {
        line = List.copyOf(line);
    }

    static Lineage of(Configuration hadoop, Original last, Moves moves) {
        List<Original> line = new ArrayList<>(List.of(last));
        Optional<String> beginning = Optional.empty();
        Optional<WeightsChoice> weights = weights(last, moves);
        while (weights.isPresent()) {
            String from = weights.get().from();
            if (!hasRun(hadoop, from)) {
                beginning = Optional.of("weights " + from + ", SHA-256 " + StoredModel.sha256(hadoop, from)
                        + ", are taken as they are: no run.yaml lies beside them");
                break;
            }
            Original parent = Original.of(hadoop, from, Optional.empty());
            line.add(parent);
            if (line.size() > LONGEST) {
                throw new BadInputException("the ancestors of " + last.model() + " go round in a circle: more than "
                        + LONGEST + " runs begin with each other's models");
            }
            weights = weights(parent, moves);
        }
        Collections.reverse(line);
        return new Lineage(line, beginning);
    }

    private static Optional<WeightsChoice> weights(Original original, Moves moves) {
        RunConfiguration run = moves.of(original.configuration());
        return run.network().weights();
    }

    private static boolean hasRun(Configuration hadoop, String from) {
        Path path = Storage.path("network.weights.from", from);
        boolean isFile =
                path.getName().endsWith(".safetensors") || path.getName().endsWith(".json");
        Path folder = isFile ? path.getParent() : path;
        return folder != null && Uris.exists(hadoop, Storage.uri(new Path(folder, Original.RUN_FILE)));
    }
}
