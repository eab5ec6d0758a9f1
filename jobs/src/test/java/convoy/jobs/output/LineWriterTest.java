package convoy.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class LineWriterTest {
    private final StringWriter screen = new StringWriter();
    private final LineWriter lines = new LineWriter(new PrintWriter(screen, true));

    @Test
    void aTerminalObeysNothingInALine() {
        lines.println("a\u001b[2Jb\rc\u0000\u007f\u009bd\u202ee\tf\n猫é");
        lines.println((Object) "\u0007");
        assertThat(screen.toString()).isEqualToNormalizingNewlines("""
                        a\\x1b[2Jb\\x0dc\\x00\\x7f\\x9bd\\u202ee\tf
                        猫é
                        \\x07
                        """);
        assertThat(LineWriter.inLine("a\nb\t\u001b")).isEqualTo("a\\nb\\t\\x1b");
    }

    @Test
    void whatDrawsOnPurposeDoesSo() {
        lines.print("\u001b[1mUsage\u001b[0m");
        lines.flush();
        assertThat(screen.toString()).isEqualTo("\u001b[1mUsage\u001b[0m");
    }
}
