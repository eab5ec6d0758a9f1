package convoy.driver;

import convoy.architectures.BadInputException;
import convoy.worker.data.Transforms;
import convoy.worker.engine.Device;

/** Scores a stored model on a data set, as a Spark job. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * What is to be scored on what.
     *
     * @param model URI of a {@code model.safetensors}
     * @param network of the model, in the catalogue
     * @param data URI of a data set
     * @param transforms of its images; what is random in them is left out
     * @param batch images scored at once
     * @param engine that scores
     * @param device on which
     * @param threads of each task
     * @param tasks at most so many at a time
     */
    public record Request(
            String model,
            RunConfiguration.NetworkChoice network,
            String data,
            Transforms transforms,
            int batch,
            String engine,
            String device,
            int threads,
            int tasks) {
        public Request {
            Device.parse(device);
            if (batch < 1 || tasks < 1 || threads < 1) {
                throw new BadInputException(
                        "batch = " + batch + ", tasks = " + tasks + ", threads = " + threads + ": each is 1 or more");
            }
        }
    }

    /**
     * Scores the model.
     *
     * @throws BadInputException if model, network and data do not fit each other
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static EvaluationResult run(SparkApplication spark, Request request, EvaluationListener listener) {
        throw new UnsupportedOperationException("not yet");
    }
}
