package convoy.jobs.report.run;

import convoy.jobs.report.norms.MeasuredStep;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code metrics.jsonl} says.
 *
 * @param course of all steps, in stretches
 * @param workers the same for each worker, by its name
 * @param scored in the order of the steps
 * @param happenings in their order
 * @param checkpoints all of them together
 * @param ends how the file ends
 * @param norms the steps that were measured layer by layer
 */
@RecordBuilder
public record RunLog(
        List<Stretch> course,
        Map<String, List<Stretch>> workers,
        List<Scored> scored,
        List<Happening> happenings,
        Checkpointing checkpoints,
        Ends ends,
        List<MeasuredStep> norms) {
    /** A run that has written nothing yet. */
    static final RunLog EMPTY = RunLogBuilder.builder()
            .course(List.of())
            .workers(Map.of())
            .scored(List.of())
            .happenings(List.of())
            .checkpoints(new Checkpointing(0, 0, 0))
            .ends(new Ends(OptionalLong.empty(), false, Optional.empty(), 0, 1))
            .norms(List.of())
            .build();

    /**
     * Checkpoints that were written.
     *
     * @param count how many
     * @param seconds that each took, on average
     * @param bytes of the last one
     */
    public record Checkpointing(long count, double seconds, long bytes) {}

    /**
     * How the file ends.
     *
     * @param diverged the first step whose loss is no number
     * @param cutOff whether the last line is not whole
     * @param begun when the first line was written; empty if none says it
     * @param calls that the run was trained in
     * @param stepsInAStretch of the course
     */
    public record Ends(
            OptionalLong diverged, boolean cutOff, Optional<Instant> begun, int calls, long stepsInAStretch) {}

    public RunLog {
        course = List.copyOf(course);
        scored = List.copyOf(scored);
        happenings = List.copyOf(happenings);
        norms = List.copyOf(norms);
    }

    /** Updates done by the last step that is written; 0 if none is. */
    long steps() {
        return course.isEmpty() ? 0 : course.get(course.size() - 1).last();
    }

    /** {@return epochs done} */
    public double epochs() {
        return course.isEmpty() ? 0 : course.get(course.size() - 1).epoch();
    }

    /** {@return seconds from the first line to the last step, the time between two calls left out} */
    public double seconds() {
        return course.isEmpty() ? 0 : course.get(course.size() - 1).seconds();
    }

    /** Mean of a measure over all steps; no number if there is none. */
    static double mean(List<Stretch> course, Measure measure) {
        long count =
                course.stream().mapToLong(stretch -> stretch.count(measure)).sum();
        return count == 0
                ? Double.NaN
                : course.stream().mapToDouble(stretch -> stretch.sum(measure)).sum() / count;
    }
}
