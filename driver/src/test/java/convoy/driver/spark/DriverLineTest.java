package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import convoy.worker.loop.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class DriverLineTest {
    /** A driver that answers until its end of the line breaks. */
    private static final class Line implements PluginContext {
        private volatile boolean broken;

        @Override
        public Object ask(Object message) {
            if (broken) {
                throw new NoClassDefFoundError("Rpc");
            }
            return Message.fromBytes((byte[]) message) instanceof Message.Join
                    ? (Object) 1L
                    : new View(1, 0, 0, List.of(), 10, false, Optional.empty(), Optional.empty()).toBytes();
        }

        @Override
        public void send(Object message) {}

        @Override
        public MetricRegistry metricRegistry() {
            return new MetricRegistry();
        }

        @Override
        public SparkConf conf() {
            return new SparkConf(false);
        }

        @Override
        public String executorID() {
            return "1";
        }

        @Override
        public String hostname() {
            return "host";
        }

        @Override
        public Map<String, ResourceInformation> resources() {
            return Map.of();
        }
    }

    @Test
    void anErrorThatEndsTheHeartbeatsEndsTheWorkerToo() throws Exception {
        Line driver = new Line();
        try (DriverLine line = DriverLine.join(driver, "run", 0, 0, "host", "avx2")) {
            assertThat(line.view().number()).isEqualTo(1);
            assertThat(line.refresh().get().number()).isEqualTo(1);
            driver.broken = true;
            assertThatThrownBy(() -> line.refresh().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
            assertThatThrownBy(() -> {
                        while (line.view().number() == 1) {
                            Thread.sleep(10);
                        }
                    })
                    .hasMessage("the line to the driver broke: java.lang.NoClassDefFoundError: Rpc");
        }
    }
}
