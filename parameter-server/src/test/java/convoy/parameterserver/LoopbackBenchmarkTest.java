package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.parameterserver.transport.Security;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the benchmark measures something; how much is for a quiet machine to say. */
final class LoopbackBenchmarkTest {
    @ParameterizedTest
    @EnumSource(Security.class)
    void movesBytes(Security security) {
        LoopbackBenchmark.Result result =
                LoopbackBenchmark.run(security.conf(), security.secret("correct"), 2, 500_000, 4);
        // Far below what any machine reaches, encrypted too: what is caught is a unit gone wrong.
        assertThat(result.pushBytesPerSecond()).isBetween(1e6, 1e12);
        assertThat(result.pullBytesPerSecond()).isBetween(1e6, 1e12);
    }

    @Test
    void plainSocketsMoveBytesToo() throws IOException {
        assertThat(LoopbackBenchmark.plainBytesPerSecond(2, 5_000_000)).isBetween(1e6, 1e12);
    }
}
