package convoy.jobs.study.findings;

import convoy.jobs.output.Json;
import convoy.jobs.study.findings.Findings.TrialFigures;
import convoy.jobs.study.findings.Findings.VariantFigures;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.statistics.Comparison;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.statistics.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Findings as files: JSON for programs, Markdown for people, and the trials as comma-separated values. */
public final class FindingsText {
    private FindingsText() {}

    /** The files by their names. */
    public static Map<String, String> files(Findings findings) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("study.json", Json.pretty(map(findings)) + "\n");
        files.put("study.md", markdown(findings));
        files.put("study.csv", csv(findings));
        return files;
    }

    /** As maps and lists, whose accuracies are shares of 1. */
    public static Map<String, Object> map(Findings findings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("study", findings.asked().study());
        map.put("question", findings.asked().question());
        map.put("outcome", findings.asked().outcome());
        map.put("test", findings.asked().test().title());
        map.put("level", findings.asked().level());
        map.put("answer", findings.answer());
        map.put("remarks", findings.remarks());
        map.put("variants", findings.variants().stream().map(FindingsText::map).toList());
        map.put(
                "comparisons",
                findings.comparisons().stream().map(FindingsText::map).toList());
        map.put("trials", findings.trials().stream().map(FindingsText::map).toList());
        return map;
    }

    private static Map<String, Object> map(VariantFigures variant) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", variant.name());
        map.put("settings", variant.settings());
        map.put("ended", variant.ended());
        map.put("diverged", variant.diverged());
        map.put("crashed", variant.crashed());
        variant.figures().ifPresent(figures -> put(map, figures));
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

    private static String markdown(Findings findings) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + findings.asked().study());
        lines.add("");
        lines.add(findings.asked().question().strip().replaceAll("\\s+", " "));
        lines.add("");
        findings.answer().forEach(sentence -> lines.add("- " + sentence));
        findings.remarks().forEach(sentence -> lines.add("- " + sentence));
        lines.add("");
        lines.add("## Variants");
        lines.add("");
        lines.add("In percent of " + findings.asked().outcome() + ", over seeds.");
        lines.add("");
        lines.add("| variant | mean | deviation | 95 % interval | seeds | diverged | crashed | settings |");
        lines.add("|---|--:|--:|---|--:|--:|--:|---|");
        findings.variants().forEach(variant -> lines.add(row(variant)));
        lines.add("");
        lines.add("## Comparisons");
        lines.add("");
        lines.add("In points, seed by seed; " + findings.asked().test().title()
                + " decides, with Holm's correction, at level "
                + findings.asked().level() + ".");
        lines.add("");
        lines.add("| variant | less | pairs | difference | 95 % interval | p | adjusted p |");
        lines.add("|---|---|--:|--:|---|--:|--:|");
        findings.comparisons().forEach(member -> lines.add(row(findings, member)));
        return String.join("\n", lines) + "\n";
    }

    private static String row(VariantFigures variant) {
        Optional<Summary> figures = variant.figures();
        List<String> settings = new ArrayList<>();
        variant.settings().forEach((key, value) -> settings.add("`" + key + " = " + value + "`"));
        return "| " + variant.name() + " | "
                + figures.map(known -> percent(known.mean())).orElse("") + " | " + deviation(figures) + " | "
                + interval(figures) + " | " + variant.ended() + " | " + variant.diverged() + " | " + variant.crashed()
                + " | " + String.join(", ", settings) + " |";
    }

    private static String row(Findings findings, Family.Member member) {
        Comparison comparison = member.comparison();
        double p = findings.asked().test().p(comparison);
        return "| " + comparison.pairs().variant().variant() + " | "
                + comparison.pairs().baseline().variant() + " | "
                + comparison.pairs().size() + " | "
                + comparison.difference().map(known -> percent(known.mean())).orElse("") + " | "
                + interval(comparison.difference()) + " | " + number(p) + " | " + number(member.adjusted()) + " |";
    }

    private static String deviation(Optional<Summary> figures) {
        return figures.filter(known -> known.deviation().isPresent())
                .map(known -> percent(known.deviation().getAsDouble()))
                .orElse("");
    }

    private static String interval(Optional<Summary> figures) {
        return figures.flatMap(Summary::interval)
                .map(interval -> percent(interval.low()) + " to " + percent(interval.high()))
                .orElse("");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    private static String number(double p) {
        return String.format(Locale.ROOT, "%.3g", p);
    }

    private static String csv(Findings findings) {
        List<String> lines = new ArrayList<>();
        lines.add("trial,variant,search,point,seed,split,fate,epoch,rows,right,loss,test_rows,test_right,test_loss");
        for (TrialFigures trial : findings.trials()) {
            lines.add(String.join(
                    ",",
                    trial.id(),
                    trial.cell().variant(),
                    Boolean.toString(trial.search()),
                    trial.cell().point().map(String::valueOf).orElse(""),
                    Long.toString(trial.cell().seed()),
                    Integer.toString(trial.cell().split()),
                    trial.fate(),
                    Integer.toString(trial.record().epoch()),
                    columns(trial.record().at(trial.record().epoch())),
                    columns(trial.test())));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String columns(Optional<Score> score) {
        return score.map(known -> known.rows() + "," + known.right() + "," + known.loss())
                .orElse(",,");
    }
}
