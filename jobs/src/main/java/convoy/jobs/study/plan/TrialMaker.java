package convoy.jobs.study.plan;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.resolved.Determinants;
import convoy.driver.resolved.ResolvedRun;
import convoy.jobs.runfile.Overlay;
import convoy.jobs.study.file.Budget;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyValidation;
import convoy.records.BadInputException;
import convoy.records.CanonicalText;
import convoy.records.Codec;
import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.annotation.Flat;
import convoy.worker.data.transform.Transform;
import convoy.worker.engine.EngineChoice;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Makes trials: the base, with a variant, a tuned point and a seed laid over it, made out against the data. The same cell gives the
 * same trial each time.
 *
 * <p>Not safe for use by several threads.
 */
final class TrialMaker {
    private static final int DIGITS = 12;

    private final Configuration hadoop;
    private final Study study;
    private final EngineChoice choice;
    private final Map<String, Arm> arms = new LinkedHashMap<>();
    private final List<Map<String, Value>> points;
    private final Map<Cell, Trial> made = new HashMap<>();
    private final Map<String, Integer> epochs = new HashMap<>();

    /** @param choice nothing is left open in it: one engine for all trials */
    TrialMaker(Configuration hadoop, Study study, List<Arm> arms, EngineChoice choice) {
        this.hadoop = hadoop;
        this.study = study;
        this.choice = choice;
        arms.forEach(arm -> this.arms.put(arm.name(), arm));
        this.points = study.tuning().map(tuning -> tuning.points()).orElse(List.of());
    }

    /** What decides the score of a trial. */
    private record Identity(
            @Flat Determinants determinants,
            long steps,
            Optional<String> validation,
            List<Transform> evaluationTransforms) {}

    /**
     * The trial of a cell.
     *
     * @throws BadInputException that lists what cannot work about it
     */
    Trial trial(Cell cell) {
        Trial known = made.get(cell);
        if (known == null) {
            known = make(cell);
            made.put(cell, known);
        }
        return known;
    }

    private Trial make(Cell cell) {
        ResolvedRun run = resolve(cell);
        Identity identity = new Identity(
                run.identity(),
                run.steps(),
                run.validation().map(data -> data.info().fingerprint()),
                run.evaluationTransforms().steps());
        String id = cell.variant() + "-"
                + CanonicalText.fingerprint("trial", identity).substring(0, DIGITS);
        return new Trial(
                id,
                cell.variant(),
                run.configuration().withName(id),
                run.stepsPerEpoch(),
                new Trial.Cost(run.train().rows(), ofAnEpoch(run)));
    }

    /** The run of a cell, made out against its data, for the whole length that the budget gives. */
    ResolvedRun resolve(Cell cell) {
        RunConfiguration configuration = configuration(cell);
        RunConfiguration whole = configuration.withSteps(configuration.steps().withEpochs(epochs(cell)));
        return ResolvedRun.resolve(hadoop, whole).on(choice);
    }

    /** What an epoch costs is known once the network is: that of the variant as it is, so that all its trials are as long. */
    private int epochs(Cell cell) {
        Integer known = epochs.get(cell.variant());
        if (known == null) {
            RunConfiguration plain =
                    configuration(new Cell(cell.variant(), Optional.empty(), cell.seed(), cell.inside(), cell.split()));
            int base = plain.steps().epochs();
            known = study.budget().multiplyAdds().isEmpty()
                    ? study.budget().epochs(base, 0)
                    : study.budget().epochs(base, ofAnEpoch(ResolvedRun.resolve(hadoop, plain)));
            epochs.put(cell.variant(), known);
        }
        return known;
    }

    private static double ofAnEpoch(ResolvedRun run) {
        return (double) Budget.PASSES
                * run.network().multiplyAdds()
                * run.train().rows();
    }

    /** What a run file of this cell would say. */
    private RunConfiguration configuration(Cell cell) {
        Problems problems = new Problems();
        Overlay overlay = new Overlay(problems);
        Value value = study.base();
        for (Overlay.Leaf leaf : settings(cell)) {
            value = overlay.lay(value, leaf);
        }
        return Codec.of(RunConfiguration.class).readWritten(value, problems);
    }

    private List<Overlay.Leaf> settings(Cell cell) {
        List<Overlay.Leaf> settings = new ArrayList<>();
        Optional.ofNullable(arms.get(cell.variant())).ifPresent(arm -> settings.addAll(arm.settings()));
        cell.point().ifPresent(index -> points.get(index)
                .forEach((key, value) -> settings.add(new Overlay.Leaf(
                        Overlay.path(key), value, new Place("point " + index + " of the tuning", 0)))));
        study.seeds()
                .of(cell.seed(), cell.inside())
                .forEach((key, seed) -> settings.add(StudyValues.leaf(key, StudyValues.number(seed))));
        settings.add(StudyValues.leaf("data.validation", validation(study.validation(), cell.split())));
        settings.add(StudyValues.leaf("name", StudyValues.word("trial")));
        settings.add(StudyValues.leaf("runs", StudyValues.word(trials(study))));
        settings.add(StudyValues.leaf("on-divergence", StudyValues.word("stop")));
        settings.add(StudyValues.leaf("engine", StudyValues.word(choice.engine())));
        settings.add(StudyValues.leaf("device", StudyValues.word(choice.device())));
        return settings;
    }

    private static Value validation(StudyValidation validation, int split) {
        if (validation.data().isPresent()) {
            return StudyValues.word(validation.data().get());
        }
        if (validation.share().isPresent()) {
            return StudyValues.mapping(
                    Map.of("share", StudyValues.number(validation.share().get())));
        }
        Map<String, Value> fold = new LinkedHashMap<>();
        fold.put("folds", StudyValues.number(validation.splits()));
        fold.put("fold", StudyValues.number(split));
        return StudyValues.mapping(fold);
    }

    /** Where the trials of a study lie. */
    private static String trials(Study study) {
        return Storage.uri(new Path(ResolvedStudy.directory(study), ResolvedStudy.TRIALS));
    }
}
