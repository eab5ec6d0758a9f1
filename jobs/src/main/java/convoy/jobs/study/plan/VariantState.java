package convoy.jobs.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How it stands with one variant.
 *
 * @param variant its name
 * @param tuning its trials that search for settings, in the order of the points and of the search's seeds; of points that train the same the first
 * @param chosen the first trial of the best setting, once that is known
 * @param comparing its trials that are compared, in the order of seeds, of places inside them and of splits; none before a setting is chosen, or if none can be
 * @param work what is to be done now
 */
public record VariantState(
        String variant, List<Member> tuning, Optional<Member> chosen, List<Member> comparing, List<Assignment> work) {
    public VariantState {
        tuning = List.copyOf(tuning);
        comparing = List.copyOf(comparing);
        work = List.copyOf(work);
    }

    /**
     * A trial, and how it stands with it.
     *
     * @param cell its place in the design
     * @param trial that stands there
     * @param record what is known of it
     * @param fate what has become of it
     */
    public record Member(Cell cell, Trial trial, TrialRecord record, Fate fate) {
        /** {@return the newest score; empty if it has none} */
        public Optional<Score> score() {
            return record.at(record.epoch());
        }
    }

    /** {@return whether every setting that was tried has failed, so that the variant cannot be compared} */
    public boolean isWithoutSetting() {
        return work.isEmpty() && !tuning.isEmpty() && chosen.isEmpty();
    }

    /** {@return its trials that are compared and have a score} */
    public List<Member> finished() {
        List<Member> finished = new ArrayList<>(comparing);
        finished.removeIf(member -> member.fate() != Fate.FINISHED);
        return finished;
    }
}
