package convoy.jobs.study.plan;

import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.resolved.ResolvedRun;
import convoy.jobs.study.file.Study;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.worker.data.DataSet;
import convoy.worker.engine.EngineChoice;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A study made out against its data, of which every variant can be trained with every point.
 *
 * @param study as asked for
 * @param roles of what differs
 * @param choice of what computes: one for all trials, with nothing left open
 * @param design what is to be trained
 * @param trials the trial of each cell; not for use by several threads
 * @param testRows images of the test set; 0: there is none
 */
public record ResolvedStudy(
        Study study, Roles roles, EngineChoice choice, Design design, Function<Cell, Trial> trials, long testRows) {
    /** Under which every trial has its directory. */
    public static final String TRIALS = "trials";

    /**
     * {@return the directory that a study lies in}
     *
     * @param study as asked for
     */
    public static Path directory(Study study) {
        return Storage.child(Storage.path("studies", study.studies()), study.name());
    }

    /**
     * Makes a study out: opens the data, builds every network.
     *
     * @param study as asked for
     * @param hadoop settings of the file systems
     * @param settle fills in what the base leaves open of engine and device
     * @return the study, of which every variant can be trained
     * @throws BadInputException that lists every problem of the study, a line for each
     */
    public static ResolvedStudy of(Study study, Configuration hadoop, UnaryOperator<EngineChoice> settle) {
        List<String> problems = new ArrayList<>();
        List<Arm> arms = Arm.of(study, problems);
        Roles roles = Roles.of(study, arms, problems);
        study.baseline()
                .filter(name -> arms.stream().noneMatch(arm -> arm.name().equals(name)))
                .ifPresent(name -> problems.add("baseline = " + name + " is no variant: the variants are "
                        + String.join(", ", arms.stream().map(Arm::name).toList())));
        Optional<EngineChoice> choice = base(study, settle, problems);
        if (choice.isEmpty() || !problems.isEmpty()) {
            throw refused(problems);
        }
        TrialMaker maker = new TrialMaker(hadoop, study, arms, choice.get());
        List<Map<String, Value>> points =
                study.tuning().map(tuning -> tuning.points()).orElse(List.of());
        Optional<DataSet> test = test(study, hadoop, problems);
        Map<String, Integer> epochs = new HashMap<>();
        Map<String, String> same = new HashMap<>();
        for (Arm arm : arms) {
            check(study, arm, points, maker, test, problems).ifPresent(trial -> {
                epochs.put(arm.name(), trial.epochs());
                String hash = trial.id().substring(arm.name().length());
                Optional.ofNullable(same.putIfAbsent(hash, arm.name()))
                        .ifPresent(other -> problems.add("variants " + other + " and " + arm.name()
                                + " train the same: nothing that differs between them decides what is trained; leave one"
                                + " of them out"));
            });
        }
        if (!problems.isEmpty()) {
            throw refused(problems);
        }
        int rungs = study.halving()
                .map(halving -> halving.rungs(epochs.values().stream()
                        .mapToInt(Integer::intValue)
                        .min()
                        .orElse(1)))
                .orElse(0);
        Design design = new Design(
                arms.stream().map(Arm::name).toList(),
                IntStream.range(0, points.size()).boxed().toList(),
                rungs,
                study);
        requireScores(design, maker, problems);
        if (!problems.isEmpty()) {
            throw refused(problems);
        }
        return new ResolvedStudy(
                study,
                roles,
                choice.get(),
                design,
                maker::trial,
                test.map(DataSet::rows).orElse(0L));
    }

    /** A trial can be judged only where it is scored. */
    private static void requireScores(Design design, TrialMaker maker, List<String> problems) {
        long seed = design.study().seeds().values().get(0);
        for (String variant : design.variants()) {
            Trial trial = maker.trial(Cell.of(variant, Optional.empty(), seed));
            int every = trial.configuration().outputs().evaluation().everyEpochs();
            design.judgedAt(trial.epochs()).stream()
                    .filter(epoch -> epoch < trial.epochs() && epoch % every != 0)
                    .findFirst()
                    .ifPresent(epoch -> problems.add("variant " + variant + ": halving judges it at epoch " + epoch
                            + ", and base.evaluation.every-epochs = " + every
                            + ", which scores it at others: set that to 1"));
        }
    }

    private static BadInputException refused(List<String> problems) {
        return new BadInputException(
                problems.stream().flatMap(String::lines).distinct().toList());
    }

    /** Checks the base alone, so that what is wrong with it is not told of every variant. */
    private static Optional<EngineChoice> base(Study study, UnaryOperator<EngineChoice> settle, List<String> problems) {
        try {
            RunConfiguration base = Codec.of(RunConfiguration.class).readWritten(study.base(), new Problems());
            return Optional.of(settle.apply(base.computation()));
        } catch (BadInputException refused) {
            lines(refused).forEach(line -> problems.add("base: " + line));
            return Optional.empty();
        }
    }

    /** Makes out every trial of a variant that differs by more than its seed; the first one, if it can be trained. */
    private static Optional<Trial> check(
            Study study,
            Arm arm,
            List<Map<String, Value>> points,
            TrialMaker maker,
            Optional<DataSet> test,
            List<String> problems) {
        long seed = study.seeds().values().get(0);
        Optional<Trial> first = Optional.empty();
        try {
            Cell plain = Cell.of(arm.name(), Optional.empty(), seed);
            ResolvedRun run = maker.resolve(plain);
            test.ifPresent(data -> {
                requireOther(data, run, problems);
                requireFits(data, run, problems);
            });
            first = Optional.of(maker.trial(plain));
            for (int point = 0; point < points.size(); point++) {
                maker.trial(Cell.of(arm.name(), Optional.of(point), seed));
            }
        } catch (BadInputException refused) {
            lines(refused).forEach(line -> problems.add("variant " + arm.name() + ": " + line));
        }
        return first;
    }

    private static Optional<DataSet> test(Study study, Configuration hadoop, List<String> problems) {
        try {
            return study.test().map(uri -> DataSet.open(hadoop, uri));
        } catch (BadInputException refused) {
            lines(refused).forEach(line -> problems.add("test: " + line));
            return Optional.empty();
        }
    }

    /** The content is compared: the same data under another name is the same. */
    private static void requireOther(DataSet test, ResolvedRun run, List<String> problems) {
        String fingerprint = test.info().fingerprint();
        if (run.train().info().fingerprint().equals(fingerprint)) {
            problems.add("test = " + test.uri() + " is what is trained on, "
                    + run.train().uri() + ": such a score says nothing; give data that no trial has seen");
        } else if (run.validation()
                .filter(data -> data.info().fingerprint().equals(fingerprint))
                .isPresent()) {
            problems.add("test = " + test.uri() + " is what settings are chosen by, "
                    + run.validation().get().uri() + ": give data that nothing was chosen by, or leave test out");
        }
    }

    /** What the trained models could not score is told before they are trained, and not after. */
    private static void requireFits(DataSet test, ResolvedRun run, List<String> problems) {
        try {
            run.train().requireSameClasses(test);
            test.requireWhitening(run.evaluationTransforms());
            Shape image = run.evaluationTransforms().output(test.info());
            if (!image.equals(run.network().input())) {
                problems.add("test: the transforms make " + image + " of the images of " + test.uri() + ", and "
                        + run.network().name() + " takes " + run.network().input()
                        + ": import it with pictures as those that are trained on, or change the transforms");
            }
        } catch (BadInputException refused) {
            lines(refused).forEach(line -> problems.add("test: " + line));
        }
    }

    private static Set<String> lines(BadInputException refused) {
        return new LinkedHashSet<>(String.valueOf(refused.getMessage()).lines().toList());
    }
}
