package convoy.jobs.reproduce;

import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.WeightsChoice;
import convoy.driver.model.Origin;
import convoy.driver.model.StoredModel;
import convoy.jobs.launch.Uris;
import convoy.jobs.registry.ModelReference;
import convoy.jobs.registry.Registry;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
        Optional<String> weights = weights(last, moves);
        while (weights.isPresent()) {
            Optional<String> parent = parent(hadoop, line.get(line.size() - 1), weights.get());
            if (parent.isEmpty()) {
                beginning = Optional.of("weights " + weights.get() + ", SHA-256 "
                        + StoredModel.sha256(hadoop, weights.get())
                        + ", are taken as they are: no run.yaml lies beside them");
                break;
            }
            Original found = Original.of(hadoop, parent.get(), Optional.empty());
            line.add(found);
            if (line.size() > LONGEST) {
                throw new BadInputException("the ancestors of " + last.model() + " go round in a circle: more than "
                        + LONGEST + " runs begin with each other's models");
            }
            weights = weights(found, moves);
        }
        Collections.reverse(line);
        return new Lineage(line, beginning);
    }

    private static Optional<String> weights(Original original, Moves moves) {
        RunConfiguration run = moves.of(original.configuration());
        return run.network().weights().map(WeightsChoice::from);
    }

    /** The run, or the version of the same registry, whose model the weights are. */
    private static Optional<String> parent(Configuration hadoop, Original child, String from) {
        return version(hadoop, child).or(() -> Optional.of(from).filter(address -> hasRun(hadoop, address)));
    }

    /** The version of the same registry that a version was trained from: it says so, or has the file whose SHA-256 that is. */
    private static Optional<String> version(Configuration hadoop, Original child) {
        return child.reference().flatMap(reference -> reference
                .find(hadoop)
                .version()
                .origin()
                .parent()
                .or(() -> child.origin().flatMap(Origin::ancestor).flatMap(sum -> holder(hadoop, reference, sum)))
                .map(parent -> reference.registry() + "#" + parent));
    }

    private static Optional<Long> holder(Configuration hadoop, ModelReference reference, String sha256) {
        Registry registry = Registry.open(hadoop, Uris.local(reference.registry()));
        return registry.versions().entrySet().stream()
                .filter(version -> Optional.ofNullable(
                                version.getValue().files().get(RunDirectory.MODEL))
                        .filter(file -> file.sha256().equals(sha256))
                        .isPresent())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The run with its weights where a registry has them, if they are no more where they lay. */
    static RunConfiguration withWeights(Configuration hadoop, Original original, RunConfiguration run) {
        Optional<String> from = run.network().weights().map(WeightsChoice::from);
        if (from.isEmpty() || Uris.exists(hadoop, from.get())) {
            return run;
        }
        return version(hadoop, original)
                .map(parent -> Original.of(hadoop, parent, Optional.empty()).model())
                .map(model -> beginningWith(run, model))
                .orElse(run);
    }

    /** The same run, with weights that lie elsewhere. */
    static RunConfiguration beginningWith(RunConfiguration run, String from) {
        return run.withNetwork(
                run.network().withWeights(run.network().weights().map(weights -> weights.withFrom(from))));
    }

    private static boolean hasRun(Configuration hadoop, String from) {
        Path path = Storage.path("network.weights.from", from);
        boolean isFile =
                path.getName().endsWith(".safetensors") || path.getName().endsWith(".json");
        Path folder = isFile ? path.getParent() : path;
        return folder != null && Uris.exists(hadoop, Storage.uri(new Path(folder, Original.RUN_FILE)));
    }
}
