package convoy.jobs.study.preview;

import convoy.jobs.output.Durations;
import convoy.jobs.output.TextTable;
import convoy.jobs.study.file.Seeds;
import convoy.jobs.study.file.Study;
import convoy.records.text.Counts;
import convoy.worker.engine.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A preview in lines for a person. */
public final class PreviewText {
    private PreviewText() {}

    /**
     * {@return the lines}
     *
     * @param preview of the study
     * @param forecast how long it takes; empty: that is not known
     * @param tests what the statistics can show, a sentence each
     */
    public static List<String> lines(Preview preview, Optional<Forecast> forecast, List<String> tests) {
        Study study = preview.study();
        List<String> lines = new ArrayList<>();
        lines.add("study " + study.name() + ": " + study.question());
        lines.add("compared: " + keys(preview.scientific(), "nothing"));
        lines.add("tuned for each variant: " + keys(preview.nuisance(), "nothing"));
        lines.add("all trials: engine " + preview.choice().engine()
                + Engines.release(preview.choice().engine())
                        .map(release -> " " + release)
                        .orElse("")
                + ", device " + preview.choice().device() + ", "
                + preview.choice().precision().name().toLowerCase(Locale.ROOT) + ", processors "
                + study.processors().name().toLowerCase(Locale.ROOT));
        lines.add("");
        lines.addAll(table(preview));
        lines.add("");
        lines.add(Counts.of(preview.trials(), "trial") + ", " + number(preview.multiplyAdds()) + " multiply-adds, "
                + preview.atOnce() + " at once on " + Counts.of(preview.slots(), "slot"));
        lines.addAll(forecast.map(PreviewText::time)
                .orElse(List.of(
                        "no time is known: no trial has been trained, so that there is no pace; --measure measures"
                                + " one, and --pace VARIANT=IMAGES states it")));
        study.halving()
                .ifPresent(halving -> lines.add(
                        "of the search of each variant, one trial in " + halving.factor() + " goes on at each rung"));
        study.tuning()
                .filter(tuning -> tuning.seeds() > 1)
                .ifPresent(tuning -> lines.add("each setting of the search is trained with "
                        + Counts.plain(tuning.seeds(), "seed") + ", and chosen by their mean"));
        lines.addAll(independent(study));
        lines.add(test(study.test()));
        lines.addAll(tests);
        return lines;
    }

    private static List<String> time(Forecast forecast) {
        List<String> lines = new ArrayList<>();
        lines.add("left: " + Counts.of(forecast.trials(), "trial") + ", about " + Durations.text(forecast.wall())
                + "; one worker alone would take " + Durations.text(forecast.work()));
        forecast.paces()
                .forEach((variant, pace) -> lines.add("pace of " + variant + ": " + number(pace.images())
                        + " images a second of one worker, " + pace.source()));
        return lines;
    }

    /** What is counted, where a seed is more than one trial. */
    private static List<String> independent(Study study) {
        int trials = Preview.trialsOfASeed(study);
        if (trials == 1) {
            return List.of();
        }
        int seeds = study.seeds().values().size();
        List<String> lines = new ArrayList<>();
        lines.add("each variant has " + Counts.of(seeds, "independent score")
                + ", one for each seed, which is the mean of " + Counts.of(trials, "trial")
                + "; these are not counted by themselves");
        int groups = seeds;
        List<String> freedom = new ArrayList<>();
        freedom.add((seeds - 1) + " for " + study.seeds().titles().get(0));
        for (int level = 0; level < study.seeds().inside().size(); level++) {
            Seeds.Inside inside = study.seeds().inside().get(level);
            freedom.add(groups * (inside.repeats() - 1) + " for "
                    + study.seeds().titles().get(level + 1));
            groups *= inside.repeats();
        }
        if (freedom.size() > 1) {
            lines.add("the variance of each variant is split by its source, with degrees of freedom: "
                    + String.join(", ", freedom));
        }
        return lines;
    }

    private static String test(Optional<String> test) {
        return test.map(uri -> "the test set " + uri + " is read once, at the end")
                .orElse("no test set is read");
    }

    private static List<String> table(Preview preview) {
        TextTable table = new TextTable()
                .left("variant")
                .right("search")
                .right("compared")
                .right("epochs")
                .right("workers")
                .right("images")
                .right("multiply-adds");
        for (Preview.Part part : preview.variants()) {
            table.row(
                    part.variant(),
                    Integer.toString(part.searched()),
                    Integer.toString(part.compared()),
                    Integer.toString(part.length().epochs()),
                    Integer.toString(part.length().workers()),
                    String.format(Locale.ROOT, "%,.0f", part.images()),
                    number(part.multiplyAdds()));
        }
        return table.lines();
    }

    private static String keys(List<String> keys, String none) {
        return keys.isEmpty() ? none : String.join(", ", keys);
    }

    private static String number(double large) {
        return String.format(Locale.ROOT, "%.3g", large);
    }
}
