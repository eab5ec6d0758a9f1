package convoy.jobs.study.findings;

import convoy.jobs.study.file.Seeds;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.findings.Findings.TrialFigures;
import convoy.jobs.study.findings.Findings.VariantFigures;
import convoy.jobs.study.plan.Edge;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.Tie;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.statistics.Bootstrap;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.Scores;
import convoy.jobs.study.verdict.Measure;
import convoy.jobs.study.verdict.Rules;
import convoy.records.CanonicalText;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** From how it stands with a study's trials to what it found. */
public final class Analysis {
    private final Study study;
    private final StudyState state;
    /** What the test set gave, if it was read by all that are compared. */
    private final Optional<Map<String, Score>> test;

    private Analysis(Study study, StudyState state) {
        this.study = study;
        this.state = state;
        this.test = state.test().filter(scores -> state.variants().stream()
                .flatMap(variant -> variant.finished().stream())
                .allMatch(member -> scores.containsKey(member.trial().id())));
    }

    /**
     * {@return what a study found that is at its end}
     *
     * @param study what was asked
     * @param state how it stands, at its end
     */
    public static Findings of(Study study, StudyState state) {
        return new Analysis(study, state).findings();
    }

    private Findings findings() {
        Map<String, Scores> scores = new LinkedHashMap<>();
        state.variants().forEach(variant -> scores.put(variant.variant(), scores(variant)));
        Family family = Family.of(
                baselineFirst(scores),
                study.baseline().isPresent() ? Family.Choice.WITH_BASELINE : Family.Choice.ALL_PAIRS,
                study.statistics().test(),
                study.statistics().level(),
                Bootstrap.PLAIN);
        return new Findings(
                new Findings.Asked(
                        study.name(),
                        study.question(),
                        test.isPresent() ? "test" : "validation",
                        study.statistics().test(),
                        study.statistics().level()),
                new Rules(Measure.ACCURACY)
                        .statements(family).stream()
                                .map(statement -> statement.text(Measure.ACCURACY))
                                .toList(),
                remarks(),
                state.variants().stream()
                        .map(variant -> figures(variant, scores.getOrDefault(variant.variant(), scores(variant))))
                        .toList(),
                family.members(),
                trials());
    }

    private List<Scores> baselineFirst(Map<String, Scores> scores) {
        List<Scores> ordered = new ArrayList<>(scores.values());
        study.baseline().map(scores::get).ifPresent(baseline -> {
            ordered.remove(baseline);
            ordered.add(0, baseline);
        });
        return ordered;
    }

    /** A seed's score is the mean over its trials, inside it and over parts of the rows; one of which a trial failed has none. */
    private Scores scores(VariantState variant) {
        SortedMap<Long, List<Member>> bySeed = new TreeMap<>();
        variant.comparing()
                .forEach(member -> bySeed.computeIfAbsent(member.cell().seed(), seed -> new ArrayList<>())
                        .add(member));
        SortedMap<Long, Double> ended = new TreeMap<>();
        SortedSet<Long> diverged = new TreeSet<>();
        SortedSet<Long> crashed = new TreeSet<>();
        bySeed.forEach((seed, members) -> {
            if (members.stream().anyMatch(member -> member.fate() == Fate.DIVERGED)) {
                diverged.add(seed);
            } else if (members.stream().anyMatch(member -> member.fate() != Fate.FINISHED)) {
                crashed.add(seed);
            } else {
                ended.put(
                        seed,
                        members.stream()
                                .mapToDouble(member -> outcome(member).accuracy())
                                .average()
                                .orElseThrow());
            }
        });
        return new Scores(variant.variant(), ended, diverged, crashed);
    }

    private Score outcome(Member member) {
        return test.map(scores -> scores.get(member.trial().id()))
                .or(member::score)
                .orElseThrow();
    }

    private VariantFigures figures(VariantState variant, Scores scores) {
        return new VariantFigures(
                variant.variant(),
                settings(variant),
                new Findings.Fates(
                        scores.bySeed().size(),
                        scores.diverged().size(),
                        scores.crashed().size()),
                scores.summary(Bootstrap.PLAIN),
                SourceSplit.of(
                        study.seeds(),
                        variant.comparing().stream()
                                .filter(member -> scores.bySeed()
                                        .containsKey(member.cell().seed()))
                                .toList(),
                        member -> outcome(member).accuracy()));
    }

    private Map<String, String> settings(VariantState variant) {
        Map<String, String> settings = new LinkedHashMap<>();
        study.tuning().ifPresent(tuning -> variant.chosen()
                .flatMap(member -> member.cell().point())
                .ifPresent(point -> tuning.points()
                        .get(point)
                        .forEach((key, value) -> settings.put(key, CanonicalText.ofWritten(value)))));
        return settings;
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        state.variants().stream()
                .filter(VariantState::isWithoutSetting)
                .forEach(variant -> remarks.add("variant " + variant.variant()
                        + ": every setting that was tried diverged or crashed, so that it is not compared"));
        study.validation()
                .folds()
                .ifPresent(folds -> remarks.add("The score of a seed is the mean over its " + folds
                        + " folds. Folds are parts of the same rows and are not counted as trials: what is said holds for other"
                        + " seeds on these rows, not for other rows."));
        if (!study.seeds().held().isEmpty()) {
            remarks.add("Not varied: " + Seeds.Source.titles(study.seeds().held())
                    + ". What that adds to the variance is in none of these figures.");
        }
        Edge.of(study, state).forEach(edge -> remarks.add(edge.sentence()));
        Tie.of(state).forEach(tie -> remarks.add(tie.sentence()));
        if (state.next() instanceof StudyState.End end && !end.unread().isEmpty()) {
            remarks.add("The test set was read before "
                    + Counts.of(end.unread().size(), "trial was", "trials were")
                    + " added, so that all variants are compared by the validation rows; --read-test-again reads it for"
                    + " all.");
        }
        return remarks;
    }

    private List<TrialFigures> trials() {
        List<TrialFigures> trials = new ArrayList<>();
        for (VariantState variant : state.variants()) {
            variant.tuning().forEach(member -> trials.add(figures(member, true)));
            variant.comparing().forEach(member -> trials.add(figures(member, false)));
        }
        return trials;
    }

    private TrialFigures figures(Member member, boolean search) {
        return new TrialFigures(
                member.trial().id(),
                member.cell(),
                search,
                Names.kebab(member.fate().name()),
                member.record(),
                search
                        ? Optional.empty()
                        : state.test().map(scores -> scores.get(member.trial().id())));
    }
}
