package convoy.worker.data.drawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataBenchmarkTest {
    /** Far below what any machine reaches: the benchmark itself says how fast; here it must measure, and clean up. */
    @Test
    void allMeasurementsRunAndCleanUp(@TempDir Path directory) {
        String uri = directory.resolve("benchmark").toUri().toString();
        assertThat(DataBenchmark.rawRowsPerSecond(new Configuration(), uri, 0.2))
                .isGreaterThan(500);
        assertThat(DataBenchmark.jpegImagesPerSecond(new Configuration(), uri, 0.2))
                .isGreaterThan(5);
        assertThat(DataBenchmark.jpegDecodesPerSecond(0.2)).isGreaterThan(5);
        assertThat(directory.resolve("benchmark")).doesNotExist();
    }
}
