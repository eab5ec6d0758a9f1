package convoy.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class LineWriterTest {
    private final StringWriter screen = new StringWriter();
    private final LineWriter lines = new LineWriter(new PrintWriter(screen, true));

    @Test
    void aLineIsOneAndATerminalObeysNothingInIt() {
        lines.println("a\u001b[2Jb\tf\n猫é");
        assertThat(screen.toString()).isEqualToNormalizingNewlines("a\\x1b[2Jb\tf\\n猫é\n");
    }

    @Test
    void aStackTraceKeepsItsLines() {
        new IllegalStateException("Task 0 failed\u0007\nDriver stacktrace:").printStackTrace(lines);
        assertThat(screen.toString().lines())
                .startsWith("java.lang.IllegalStateException: Task 0 failed\\x07", "Driver stacktrace:");
    }

    @Test
    void whatDrawsOnPurposeDoesSo() {
        lines.print("\u001b[1mUsage\u001b[0m");
        lines.flush();
        assertThat(screen.toString()).isEqualTo("\u001b[1mUsage\u001b[0m");
    }
}
