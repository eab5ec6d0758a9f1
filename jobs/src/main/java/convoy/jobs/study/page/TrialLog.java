package convoy.jobs.study.page;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.resolved.Determinants;
import convoy.jobs.report.run.RunLog;
import convoy.jobs.report.run.RunReader;
import convoy.jobs.study.plan.VariantState.Member;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What a trial's directory says beside its record.
 *
 * @param course the accuracy on its validation rows, a share of 1, by epochs done
 * @param times when it was trained, and how long
 * @param processor the kind on which it was computed, as a checkpoint has it; empty where none says it
 */
record TrialLog(SortedMap<Double, Double> course, Times times, Optional<String> processor) {
    /**
     * That which differs each time.
     *
     * @param begun when the first figure was written; empty if none was
     * @param seconds of training, interruptions left out
     * @param calls that it was trained in
     */
    record Times(Optional<Instant> begun, double seconds, int calls) {}

    TrialLog {
        course = Collections.unmodifiableSortedMap(new TreeMap<>(course));
    }

    /**
     * Reads it.
     *
     * @throws convoy.records.BadInputException if the figures cannot be read
     */
    static TrialLog read(Configuration hadoop, Member member) {
        String directory = member.trial().directory();
        RunLog log = RunReader.figures(hadoop, directory);
        SortedMap<Double, Double> course = new TreeMap<>();
        log.scored().forEach(scored -> course.put(scored.epoch(), scored.accuracy()));
        return new TrialLog(
                course,
                new Times(log.ends().begun(), log.seconds(), log.ends().calls()),
                // A trial that never came to a score may have a checkpoint or none, as its kills would have it.
                member.record().epoch() == 0 ? Optional.empty() : processor(hadoop, directory));
    }

    private static Optional<String> processor(Configuration hadoop, String directory) {
        return new Checkpoints(RunDirectory.existing(hadoop, directory))
                .newest()
                .flatMap(checkpoint ->
                        Optional.ofNullable(checkpoint.manifest().determinants().get(Determinants.PROCESSOR)));
    }
}
