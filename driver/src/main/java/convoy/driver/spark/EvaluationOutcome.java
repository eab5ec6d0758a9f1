package convoy.driver.spark;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.evaluation.Confusion;
import convoy.records.BadInputException;
import convoy.worker.loop.EvaluationMetrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * What a task of an evaluation comes back with.
 *
 * @param figures of its blocks, if it scored them
 * @param counts what the rows of these blocks were taken for
 * @param badInput whether {@code message} is one line for a person whose input cannot work
 * @param message why it did not score them; empty if it did
 * @param trace of the error
 */
record EvaluationOutcome(
        List<EvaluationMetrics> figures, List<Confusion.Count> counts, boolean badInput, String message, String trace) {
    EvaluationOutcome {
        figures = List.copyOf(figures);
        counts = List.copyOf(counts);
    }

    static EvaluationOutcome scored(List<EvaluationMetrics> figures, List<Confusion.Count> counts) {
        return new EvaluationOutcome(figures, counts, false, "", "");
    }

    static EvaluationOutcome badInput(BadInputException failure) {
        return new EvaluationOutcome(List.of(), List.of(), true, String.valueOf(failure.getMessage()), "");
    }

    static EvaluationOutcome failed(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new EvaluationOutcome(List.of(), List.of(), false, failure.toString(), trace.toString());
    }

    /**
     * The figures.
     *
     * @throws BadInputException if the input cannot work
     * @throws TrainingFailedException if the task failed
     */
    List<EvaluationMetrics> figuresOrThrow() {
        if (badInput) {
            throw new BadInputException(message.lines().toList());
        }
        if (!message.isEmpty()) {
            throw new TrainingFailedException("the evaluation failed: " + message, trace);
        }
        return figures;
    }
}
