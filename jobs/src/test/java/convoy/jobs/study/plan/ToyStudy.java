package convoy.jobs.study.plan;

import convoy.driver.configuration.RunConfiguration;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.file.StudyFile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A study whose trials are only names, and what is drawn for each of them: no data, no network. */
public final class ToyStudy {
    /** Of two variants. */
    public static final String PLAIN = """
            name: toy
            question: Which one is better?
            base: {epochs: 20}
            variants: {a: {network.name: a}, b: {network.name: b}}
            seeds: {values: [1, 2, 3]}
            validation: data/held-out
            """;

    /** The same with a search. */
    public static final String TUNED =
            PLAIN + "tuning: {trials: 9, seed: 100, space: {schedule.rate: {kind: log, from: 0.001, to: 0.1}}}\n";

    /** The same with halving: nine trials to 2 epochs, three to 6, one to 20. */
    public static final String HALVED = TUNED + "halving: {factor: 3, first-epochs: 2}\n";

    private final Design design;
    private final int workers;

    private ToyStudy(String text, int workers) {
        Study study = StudyFile.read("toy.yaml", text, List.of(), file -> "");
        this.workers = workers;
        int points = study.tuning().map(tuning -> tuning.points().size()).orElse(0);
        int rungs = study.halving().map(halving -> halving.rungs(20)).orElse(0);
        design = new Design(
                List.copyOf(study.variants().orElseThrow().keySet()),
                IntStream.range(0, points).boxed().toList(),
                rungs,
                study);
    }

    public static ToyStudy of(String text) {
        return new ToyStudy(text, 1);
    }

    /** The same, each trial of so many workers. */
    public ToyStudy withWorkers(int each) {
        return new ToyStudy(StudyFile.write(design.study()), each);
    }

    public Plan plan() {
        return new Plan(design, this::trial);
    }

    public Design design() {
        return design;
    }

    /** Named after its cell; a trial of b costs twice one of a. */
    public Trial trial(Cell cell) {
        String point = cell.point().map(index -> "-p" + index).orElse("");
        String id = cell.variant() + point + "-s" + cell.seed()
                + cell.inside().stream().map(index -> "-i" + index).collect(Collectors.joining())
                + (cell.split() > 0 ? "-f" + cell.split() : "");
        RunConfiguration plain = RunConfiguration.defaults();
        RunConfiguration configuration = plain.withName(id)
                .withSteps(plain.steps().withEpochs(20))
                .withResources(plain.resources().withWorkers(workers));
        return new Trial(
                id,
                cell.variant(),
                cell.seed(),
                configuration,
                10,
                new Trial.Cost(100, cell.variant().equals("b") ? 2e9 : 1e9));
    }

    /** What a trial is scored as: by its name and how far it came. */
    public static Score score(Trial trial, int epoch) {
        int drawn = Math.floorMod(trial.id().hashCode() * 31, 500);
        return new Score(1000, drawn + 10L * epoch, 1.0 / epoch);
    }

    /** Everything that the plan wants, done at once, again and again. */
    public Results finish(Results before) {
        Results results = before;
        while (plan().state(results).next() instanceof StudyState.Train train) {
            for (Assignment assignment : train.work()) {
                results = reach(results, assignment);
            }
        }
        return results;
    }

    /** The same once an assignment is done. */
    public static Results reach(Results results, Assignment assignment) {
        Trial trial = assignment.trial();
        return results.with(trial, results.of(trial).with(assignment.until(), score(trial, assignment.until())));
    }

    /** The member of a variant's search that has a point. */
    public static VariantState.Member tuned(StudyState state, String variant, int point) {
        return state.variants().stream()
                .filter(each -> each.variant().equals(variant))
                .flatMap(each -> each.tuning().stream())
                .filter(member -> member.cell().point().equals(Optional.of(point)))
                .findFirst()
                .orElseThrow();
    }
}
