package convoy.driver.spark;

import com.codahale.metrics.MetricRegistry;
import convoy.driver.membership.Membership;
import convoy.parameterserver.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** Convoy's place in a Spark application: the coordinator's line in the driver, parameter servers in the executors. */
public final class ConvoyPlugin implements SparkPlugin {
    private static volatile @Nullable Membership current;

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverSide();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorSide();
    }

    /** {@return the line of this process's Spark application; empty if it was started without this plugin} */
    public static Optional<Membership> membership() {
        return Optional.ofNullable(current);
    }

    private static final class DriverSide implements DriverPlugin {
        private final Membership membership = new Membership(Clock.system());

        @Override
        public Map<String, String> init(SparkContext spark, PluginContext context) {
            spark.addSparkListener(new ExecutorLosses(membership));
            current = membership;
            return Map.of();
        }

        /** Shown with Spark's own metrics of the driver: on its page {@code /metrics/json/}, and in every sink that is set up. */
        @Override
        public void registerMetrics(String appId, PluginContext context) {
            MetricRegistry registry = context.metricRegistry();
            registry.gauge("step", () -> () -> membership.progress().step());
            registry.gauge("lastStep", () -> () -> membership.progress().lastStep());
            registry.gauge("epoch", () -> () -> membership.progress().epoch());
            registry.gauge("loss", () -> () -> membership.progress().loss());
            registry.gauge("accuracy", () -> () -> membership.progress().accuracy());
            registry.gauge("learningRate", () -> () -> membership.progress().learningRate());
            registry.gauge("imagesPerSecond", () -> () -> membership.progress().imagesPerSecond());
            registry.gauge("servers", () -> membership::serverCount);
            registry.gauge("runs", () -> membership::runCount);
        }

        @Override
        public Object receive(Object message) {
            return membership.receive((byte[]) message);
        }

        @Override
        public void shutdown() {
            current = null;
        }
    }
}
