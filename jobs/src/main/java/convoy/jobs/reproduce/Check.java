package convoy.jobs.reproduce;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.model.Origin;
import convoy.driver.model.StoredModel;
import convoy.driver.resolved.Determinants;
import convoy.driver.resolved.ResolvedRun;
import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Whether a model can be made again here, as far as that can be told before it is tried.
 *
 * @param differences what decides the bits and is not what it was, a line each
 * @param unknown what decides them and cannot be compared, a line each
 */
record Check(List<String> differences, List<String> unknown) {
    private static final String TRAIN = "data.train";
    private static final String GPU = "gpu";

    Check {
        differences = List.copyOf(differences);
        unknown = List.copyOf(unknown);
    }

    /**
     * Looks at data, weights and everything that the run file says; on what the workers compute is not known here.
     *
     * @param run as it would be trained here
     * @throws BadInputException if it could not be trained at all, since its data is gone for example
     */
    static Check of(Configuration hadoop, Original original, RunConfiguration run) {
        ResolvedRun resolved = ResolvedRun.resolve(hadoop, run);
        List<String> differences = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        Optional<SortedMap<String, String>> then = original.origin().map(Origin::determinants);

        long step = StoredModel.step(hadoop, original.model());
        if (step >= 0 && step != resolved.steps()) {
            differences.add("the model is of step " + step + ", and its run ends at step " + resolved.steps()
                    + ": the model of the run's end can be made again");
        }
        DataCheck data = new DataCheck(hadoop, resolved.train());
        Optional<DataCheck.Before> before =
                original.data(hadoop).map(info -> new DataCheck.Before(info, original.rows(hadoop)));
        data.difference(then.flatMap(keys -> Optional.ofNullable(keys.get(TRAIN))), before)
                .ifPresent(differences::add);
        if (data.isUnsummed()) {
            unknown.add(
                    "whether the bytes of the training data are what they were: its dataset.json has no SHA-256 of them");
        }
        weights(hadoop, original, run).ifPresent(differences::add);
        if (original.origin().isEmpty()) {
            unknown.add("what decided the model's bits, but for its run file: an earlier version exported it, and its"
                    + " checkpoints are gone");
        } else if (run.network().weights().isPresent()
                && original.origin().get().ancestor().isEmpty()) {
            unknown.add("whether it began with the same weights: an earlier version did not write down their SHA-256");
        }
        SortedMap<String, String> now = new TreeMap<>(resolved.determinants(Optional.empty()));
        then.ifPresent(
                keys -> differences.addAll(Determined.differences(keys, now, Set.of(TRAIN, Determinants.PROCESSOR))));
        return new Check(differences, unknown);
    }

    private static Optional<String> weights(Configuration hadoop, Original original, RunConfiguration run) {
        return run.network().weights().flatMap(weights -> {
            String now = StoredModel.sha256(hadoop, weights.from());
            return original.origin()
                    .flatMap(Origin::ancestor)
                    .filter(then -> !then.equals(now))
                    .map(then -> "weights " + weights.from() + " have the SHA-256 " + now + " (it was " + then + ")");
        });
    }

    /** The same with one more difference. */
    Check with(String difference) {
        List<String> more = new ArrayList<>(differences);
        more.add(difference);
        return new Check(more, unknown);
    }

    /** The same with why the engine cannot compute in this process, which is all of the application; if it cannot. */
    Check withEngine(RunConfiguration run) {
        if (!run.computation().isSettled()) {
            return this;
        }
        try {
            Engines.find(
                    run.computation().engine(), Device.parse(run.computation().device()));
            return this;
        } catch (BadInputException unable) {
            return with(String.valueOf(unable.getMessage()));
        }
    }

    /** The kind of processor that the model was computed on, as far as it matters. */
    static Optional<String> processor(Original original) {
        return original.origin()
                .flatMap(origin -> Optional.ofNullable(origin.determinants().get(Determinants.PROCESSOR)))
                .filter(kind -> !kind.equals(GPU));
    }

    /** The same with the kinds of processors of the workers that there may be; none where none has said its own. */
    Check withProcessors(Original original, Set<String> kinds) {
        Optional<String> then = processor(original);
        if (then.isEmpty() || kinds.contains(then.get())) {
            return this;
        }
        if (kinds.isEmpty()) {
            List<String> more = new ArrayList<>(unknown);
            more.add("on what the workers compute: no executor has come");
            return new Check(differences, more);
        }
        return with(Determined.line(Determinants.PROCESSOR, String.join(" and ", kinds), then.get()));
    }
}
