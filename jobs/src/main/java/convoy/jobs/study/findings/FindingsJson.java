package convoy.jobs.study.findings;

import convoy.jobs.output.Json;
import convoy.jobs.study.findings.Findings.TrialFigures;
import convoy.jobs.study.findings.Findings.VariantFigures;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.statistics.Comparison;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.statistics.Summary;
import convoy.jobs.study.statistics.VarianceSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Findings for programs: every figure, exact. */
public final class FindingsJson {
    /** Of {@code study.json}: goes up when a key is renamed or removed, or gets another meaning. */
    private static final int FORMAT = 1;

    private FindingsJson() {}

    /**
     * {@return the text of {@code study.json}: its format, then the same as {@link #map}}
     *
     * @param findings of the study
     */
    public static String json(Findings findings) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("format", FORMAT);
        file.putAll(map(findings));
        return Json.pretty(file) + "\n";
    }

    /**
     * {@return findings as maps and lists, whose accuracies are shares of 1}
     *
     * @param findings of the study
     */
    public static Map<String, Object> map(Findings findings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("study", findings.asked().study());
        map.put("question", findings.asked().question());
        map.put("outcome", findings.asked().outcome());
        map.put("test", findings.asked().test().title());
        map.put("level", findings.asked().level());
        map.put("answer", findings.answer());
        map.put("remarks", findings.remarks());
        map.put("variants", findings.variants().stream().map(FindingsJson::map).toList());
        map.put(
                "comparisons",
                findings.comparisons().stream().map(FindingsJson::map).toList());
        map.put("trials", findings.trials().stream().map(FindingsJson::map).toList());
        return map;
    }

    private static Map<String, Object> map(VariantFigures variant) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", variant.name());
        map.put("settings", variant.settings());
        map.put("ended", variant.fates().ended());
        map.put("diverged", variant.fates().diverged());
        map.put("crashed", variant.fates().crashed());
        variant.figures().ifPresent(figures -> put(map, figures));
        variant.sources()
                .ifPresent(split -> map.put(
                        "sources",
                        split.components().stream()
                                .map(component -> map(split, component))
                                .toList()));
        return map;
    }

    private static Map<String, Object> map(VarianceSplit split, VarianceSplit.Component component) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("source", component.source());
        map.put("variance", component.variance());
        map.put("share", split.share(component));
        map.put("truncated", component.truncated());
        component.p().ifPresent(p -> map.put("p", p));
        return map;
    }

    private static void put(Map<String, Object> map, Summary figures) {
        map.put("mean", figures.mean());
        figures.deviation().ifPresent(deviation -> map.put("deviation", deviation));
        figures.interval().ifPresent(interval -> map.put("interval", list(interval)));
        figures.bootstrap().ifPresent(interval -> map.put("bootstrap", list(interval)));
    }

    private static List<Double> list(Interval interval) {
        return List.of(interval.low(), interval.high());
    }

    private static Map<String, Object> map(Family.Member member) {
        Comparison comparison = member.comparison();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("variant", comparison.pairs().variant().variant());
        map.put("baseline", comparison.pairs().baseline().variant());
        map.put("pairs", comparison.pairs().size());
        comparison.difference().ifPresent(difference -> put(map, difference));
        map.put("signed-rank-p", comparison.signedRank().p());
        comparison.student().ifPresent(student -> {
            map.put("t", student.t());
            map.put("t-p", student.p());
        });
        map.put("adjusted-p", member.adjusted());
        comparison.improvement().ifPresent(improvement -> {
            map.put("improvement", improvement.value());
            map.put("improvement-interval", list(improvement.interval()));
        });
        return map;
    }

    private static Map<String, Object> map(TrialFigures trial) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("trial", trial.id());
        map.put("variant", trial.cell().variant());
        map.put("search", trial.search());
        trial.cell().point().ifPresent(point -> map.put("point", point));
        map.put("seed", trial.cell().seed());
        if (!trial.cell().inside().isEmpty()) {
            map.put("inside", trial.cell().inside());
        }
        map.put("split", trial.cell().split());
        map.put("fate", trial.fate());
        List<Map<String, Object>> reached = new ArrayList<>();
        trial.record().reached().forEach(each -> {
            Map<String, Object> at = new LinkedHashMap<>();
            at.put("epoch", each.epoch());
            put(at, each.score());
            reached.add(at);
        });
        map.put("reached", reached);
        trial.record().diverged().ifPresent(diverged -> {
            map.put("diverged-step", diverged.step());
            map.put("reason", diverged.reason());
        });
        trial.test().ifPresent(score -> {
            Map<String, Object> test = new LinkedHashMap<>();
            put(test, score);
            map.put("test", test);
        });
        return map;
    }

    private static void put(Map<String, Object> map, Score score) {
        map.put("rows", score.rows());
        map.put("right", score.right());
        map.put("accuracy", score.accuracy());
        map.put("loss", score.loss());
    }
}
