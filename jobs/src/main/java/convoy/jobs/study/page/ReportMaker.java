package convoy.jobs.study.page;

import convoy.jobs.report.study.StudyReport;
import convoy.jobs.report.study.Training;
import convoy.jobs.report.study.Variant;
import convoy.jobs.study.findings.Findings.VariantFigures;
import convoy.jobs.study.plan.Fate;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.statistics.Comparison;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.statistics.Pairs;
import convoy.jobs.study.statistics.Scores;
import convoy.jobs.study.statistics.Summary;
import convoy.jobs.study.verdict.Measure;
import convoy.jobs.study.verdict.Sources;
import convoy.records.CanonicalText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Fills in the model of a study's page. Accuracies are shares of 1 here, and percent there. */
final class ReportMaker {
    private static final double PERCENT = 100;

    private final Material material;
    /** By variant: each of them is in some comparison. */
    private final Map<String, Scores> scores = new HashMap<>();

    private ReportMaker(Material material) {
        this.material = material;
        for (Family.Member member : material.findings().comparisons()) {
            Pairs pairs = member.comparison().pairs();
            scores.put(pairs.variant().variant(), pairs.variant());
            scores.put(pairs.baseline().variant(), pairs.baseline());
        }
    }

    /** Of a study that is at its end. The same material gives the same. */
    static StudyReport of(Material material) {
        return new ReportMaker(material).report();
    }

    private StudyReport report() {
        List<Variant> variants = new ArrayList<>();
        List<StudyReport.Trial> trials = new ArrayList<>();
        for (int i = 0; i < material.state().variants().size(); i++) {
            VariantState state = material.state().variants().get(i);
            variants.add(variant(state, material.findings().variants().get(i)));
            state.tuning().forEach(member -> trials.add(trial(state, member)));
        }
        // One source of chance is not told from another while all vary together.
        return new StudyReport(
                question(),
                variants,
                material.findings().comparisons().stream().map(this::comparison).toList(),
                trials,
                variance(),
                Repeating.of(material));
    }

    private StudyReport.Variance variance() {
        if (material.study().seeds().inside().isEmpty()) {
            return StudyReport.Variance.none();
        }
        List<String> words = new ArrayList<>();
        List<StudyReport.VarianceSource> sources = new ArrayList<>();
        for (VariantFigures variant : material.findings().variants()) {
            words.add(variant.name() + ": "
                    + variant.sources()
                            .map(split -> new Sources(
                                            split, material.findings().asked().level())
                                    .text(Measure.ACCURACY))
                            .orElse("Fewer than two seeds ended with all of their trials, so that nothing is known."));
            variant.sources().ifPresent(split -> split.components()
                    .forEach(component -> sources.add(new StudyReport.VarianceSource(
                            variant.name(),
                            component.source(),
                            PERCENT * Math.sqrt(component.variance()),
                            split.share(component),
                            component.p()))));
        }
        return new StudyReport.Variance(words, sources);
    }

    private StudyReport.Question question() {
        List<String> sentences = Stream.concat(
                        material.findings().answer().stream(), material.findings().remarks().stream())
                .toList();
        return new StudyReport.Question(
                material.study().name(),
                material.study().question().strip(),
                sentences,
                new StudyReport.Outcome(material.findings().asked().rows(), "accuracy", "%", 2));
    }

    private Variant variant(VariantState state, VariantFigures figures) {
        Map<Long, List<Member>> bySeed = new LinkedHashMap<>();
        state.comparing().forEach(member -> bySeed.computeIfAbsent(member.cell().seed(), seed -> new ArrayList<>())
                .add(member));
        SortedMap<Long, Double> ended = Optional.ofNullable(scores.get(state.variant()))
                .map(Scores::bySeed)
                .orElseThrow();
        List<Variant.Seed> seeds = new ArrayList<>();
        bySeed.forEach((seed, members) -> seeds.add(new Variant.Seed(
                seed,
                Optional.ofNullable(ended.get(seed)).map(score -> PERCENT * score),
                course(members),
                members.stream()
                        .map(member -> training(member, fate(member.fate())))
                        .toList())));
        return new Variant(
                state.variant(),
                material.built(state).cost(),
                figures.figures().map(ReportMaker::estimate),
                seeds,
                band(seeds),
                new Variant.Lost(figures.fates().diverged(), figures.fates().crashed()));
    }

    private static Variant.Estimate estimate(Summary summary) {
        return new Variant.Estimate(
                PERCENT * summary.mean(),
                PERCENT * summary.deviation().orElse(Double.NaN),
                low(summary.interval()),
                high(summary.interval()),
                summary.values());
    }

    private static double low(Optional<Interval> interval) {
        return interval.map(known -> PERCENT * known.low()).orElse(Double.NaN);
    }

    private static double high(Optional<Interval> interval) {
        return interval.map(known -> PERCENT * known.high()).orElse(Double.NaN);
    }

    /** The mean over the parts that a seed was scored on, at epochs at which it was on all. */
    private List<Variant.Reading> course(List<Member> members) {
        return byEpoch(members.stream()
                        .map(member -> material.log(member).course())
                        .toList())
                .entrySet()
                .stream()
                .map(level -> new Variant.Reading(level.getKey(), PERCENT * mean(level.getValue())))
                .toList();
    }

    /** Over the seeds that have a score: one that diverged would pull the band to where no other one was. */
    private static List<Variant.Level> band(List<Variant.Seed> seeds) {
        List<SortedMap<Double, Double>> courses = new ArrayList<>();
        for (Variant.Seed seed : seeds) {
            if (seed.outcome().isPresent()) {
                SortedMap<Double, Double> course = new TreeMap<>();
                seed.course().forEach(reading -> course.put(reading.epoch(), reading.value()));
                courses.add(course);
            }
        }
        List<Variant.Level> band = new ArrayList<>();
        byEpoch(courses).forEach((epoch, values) -> {
            Optional<Interval> interval = Summary.interval(values);
            band.add(new Variant.Level(
                    epoch,
                    mean(values),
                    interval.map(Interval::low).orElse(Double.NaN),
                    interval.map(Interval::high).orElse(Double.NaN)));
        });
        return band;
    }

    /** What several courses have at each epoch that all of them have. */
    private static SortedMap<Double, double[]> byEpoch(List<SortedMap<Double, Double>> courses) {
        SortedMap<Double, double[]> byEpoch = new TreeMap<>();
        if (courses.isEmpty()) {
            return byEpoch;
        }
        for (Double epoch : courses.get(0).keySet()) {
            double[] values = courses.stream()
                    .flatMap(course -> Optional.ofNullable(course.get(epoch)).stream())
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            if (values.length == courses.size()) {
                byEpoch.put(epoch, values);
            }
        }
        return byEpoch;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private StudyReport.Comparison comparison(Family.Member member) {
        Comparison comparison = member.comparison();
        Optional<Summary> difference = comparison.difference();
        Optional<Interval> interval = difference.flatMap(Summary::interval);
        return new StudyReport.Comparison(
                comparison.pairs().variant().variant(),
                comparison.pairs().baseline().variant(),
                new StudyReport.Difference(
                        difference.map(known -> PERCENT * known.mean()).orElse(Double.NaN),
                        low(interval),
                        high(interval)),
                new StudyReport.Test(
                        material.findings().asked().test().title(),
                        material.findings().asked().test().p(comparison),
                        member.adjusted()));
    }

    private StudyReport.Trial trial(VariantState state, Member member) {
        int point = member.cell().point().orElseThrow();
        Map<String, String> settings = new LinkedHashMap<>();
        material.study()
                .tuning()
                .orElseThrow()
                .points()
                .get(point)
                .forEach((key, value) -> settings.put(key, CanonicalText.ofWritten(value)));
        if (material.study().tuning().orElseThrow().seeds() > 1) {
            settings.put("seed of the search", Long.toString(member.cell().seed()));
        }
        boolean chosen = member.fate() == Fate.FINISHED
                && state.chosen()
                        .filter(best -> best.cell().point().equals(member.cell().point()))
                        .isPresent();
        return new StudyReport.Trial(
                state.variant(),
                point + 1,
                settings,
                training(member, chosen ? StudyReport.Fate.CHOSEN : fate(member.fate())));
    }

    private Training training(Member member, StudyReport.Fate fate) {
        return new Training(
                member.trial().id(),
                new Training.Place(
                        member.cell().inside().stream()
                                .map(index -> Integer.toString(index + 1))
                                .collect(Collectors.joining(".")),
                        member.cell().split()),
                fate,
                percent(member.score()),
                percent(material.state()
                        .test()
                        .map(read -> read.get(member.trial().id()))),
                note(member));
    }

    private static OptionalDouble percent(Optional<Score> score) {
        return score.isPresent() ? OptionalDouble.of(PERCENT * score.get().accuracy()) : OptionalDouble.empty();
    }

    /** What was said of a crash may name processes and ports, which differ each time, so it stays in the trial's record. */
    private static String note(Member member) {
        return switch (member.fate()) {
            case OPEN, FINISHED -> "";
            case STOPPED -> "after epoch " + member.record().epoch();
            case DIVERGED -> member.record().diverged().orElseThrow().reason();
            case CRASHED -> "trial.json in its directory says why";
        };
    }

    private static StudyReport.Fate fate(Fate fate) {
        return switch (fate) {
            case OPEN -> throw new IllegalStateException("a study with a trial to train is not at its end");
            case FINISHED -> StudyReport.Fate.FINISHED;
            case STOPPED -> StudyReport.Fate.STOPPED;
            case DIVERGED -> StudyReport.Fate.DIVERGED;
            case CRASHED -> StudyReport.Fate.CRASHED;
        };
    }
}
