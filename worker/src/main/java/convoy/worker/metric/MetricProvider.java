package convoy.worker.metric;

import convoy.worker.provided.Arguments;
import convoy.worker.provided.Provider;

/** Makes metrics of one's own. A jar names its provider in {@code META-INF/services/convoy.worker.metric.MetricProvider}. */
public interface MetricProvider extends Provider {
    /**
     * {@return the metric}
     *
     * @param arguments what the run file tells it
     * @param classes of the model
     */
    Metric metric(Arguments arguments, int classes);
}
