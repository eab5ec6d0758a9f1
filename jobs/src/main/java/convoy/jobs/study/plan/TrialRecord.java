package convoy.jobs.study.plan;

import convoy.records.annotation.Flat;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a trial. It holds nothing of when or how fast, so that the same trials give the same records whatever was killed on
 * the way.
 *
 * @param reached the epochs at which it was judged, rising
 * @param diverged how, if it has
 * @param crashes what was said of each crash since it last got on
 */
@RecordBuilder
public record TrialRecord(List<Reached> reached, Optional<Divergence> diverged, List<String> crashes)
        implements TrialRecordBuilder.With {
    /**
     * A trial's score at an epoch.
     *
     * @param epoch from 1
     * @param score on the validation rows
     */
    public record Reached(int epoch, @Flat Score score) {}

    /**
     * That a trial has diverged.
     *
     * @param step updates after which its loss was none, or beyond the bound
     * @param reason in one line
     */
    public record Divergence(long step, String reason) {}

    public TrialRecord {
        reached = List.copyOf(reached);
        crashes = List.copyOf(crashes);
    }

    /** {@return the record of a trial that has not begun} */
    public static TrialRecord defaults() {
        return new TrialRecord(List.of(), Optional.empty(), List.of());
    }

    /** The score at an epoch. */
    Optional<Score> at(int epoch) {
        return reached.stream()
                .filter(each -> each.epoch() == epoch)
                .map(Reached::score)
                .findFirst();
    }

    /** {@return the newest epoch that is scored; 0 if none is} */
    public int epoch() {
        return reached.isEmpty() ? 0 : reached.get(reached.size() - 1).epoch();
    }

    /**
     * {@return the same, trained to an epoch}
     *
     * @param epoch that it was trained to
     * @param score at that epoch
     */
    public TrialRecord with(int epoch, Score score) {
        List<Reached> more = new ArrayList<>(reached);
        more.removeIf(each -> each.epoch() == epoch);
        more.add(new Reached(epoch, score));
        more.sort(Comparator.comparingInt(Reached::epoch));
        return new TrialRecord(more, diverged, List.of());
    }

    /**
     * {@return the same after another crash}
     *
     * @param reason what was said of the crash
     */
    public TrialRecord crashed(String reason) {
        List<String> more = new ArrayList<>(crashes);
        more.add(reason);
        return withCrashes(more);
    }
}
