package convoy.driver.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.coordination.WorkerFailure;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.MicroBatchMetrics;
import convoy.worker.loop.StepReport;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageTest {
    static List<Message> messages() {
        return List.of(
                MessageServersAliveBuilder.builder()
                        .executor("7")
                        .instance(123)
                        .problem("")
                        .addresses(List.of("host:1", "host:2"))
                        .processors(new TreeMap<>(Map.of("nd4j", "avx2")))
                        .memory(List.of(
                                new Memory(Memory.Kind.RESIDENT, "host", 5, 4, 1L << 40),
                                new Memory(Memory.Kind.OLD, "7", 0, 0, 9)))
                        .crashFile(Optional.of("host:/a é/hs_err_pid7.log"))
                        .build(),
                MessageServersAliveBuilder.builder()
                        .executor("7")
                        .instance(123)
                        .problem("no port: é")
                        .addresses(List.of())
                        .processors(new TreeMap<>())
                        .memory(List.of())
                        .crashFile(Optional.empty())
                        .build(),
                new Message.Join("run-1", 3, 1, "7", "host", "avx2"),
                new Message.Heartbeat("run-1", 9, 4),
                new Message.Report(
                        "run-1",
                        9,
                        new StepReport(
                                5,
                                2,
                                17,
                                List.of(new MicroBatchMetrics(5, 32, 1.5, Double.NaN, 8)),
                                new StepReport.Times(11, 12, 13))),
                new Message.Evaluate("run-1", 9, 100, Optional.empty()),
                new Message.Evaluate("run-1", 9, 100, Optional.of(new EvaluationMetrics(100, 2, 512, 8, 40, 3.25))),
                new Message.Failed("run-1", 3, -1, WorkerFailure.Kind.PASSING, "a line", "x".repeat(100_000)),
                new Message.Left("run-1", 9));
    }

    @Test
    void everyKindIsAmongThem() {
        assertThat(messages().stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Message.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void bytesAndBack(Message message) {
        assertThat(Message.fromBytes(message.toBytes())).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyCutIsRefused(Message message) {
        byte[] bytes = message.toBytes();
        for (int length = 0; length < Math.min(bytes.length, 200); length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Message.fromBytes(cut)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void anUnknownKindIsRefused() {
        assertThatThrownBy(() -> Message.fromBytes("{\"kind\":\"bye\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage(
                        "message: kind = bye is not one of servers-alive, join, heartbeat, report, evaluate,"
                                + " failed, left");
    }
}
