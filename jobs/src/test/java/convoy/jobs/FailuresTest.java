package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.BadInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class FailuresTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine command = ConvoyCommand.line(new PrintWriter(err, true), new PrintWriter(err, true));

    @Test
    void ofManyLinesOnlyTheFirstIsShown() {
        Exception stage = new IllegalStateException(
                "\nJob aborted due to stage failure: Task 0 in stage 3.0 failed 4 times\n\tat a.B.c(B.java:1)\nDriver stacktrace:");
        int status = Failures.whileRunning(new RuntimeException("outer", stage), command, false);
        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("convoy failed: IllegalStateException: Job aborted due to stage failure: Task 0 in stage 3.0"
                        + " failed 4 times (--debug tells more)\n");
    }

    @Test
    void whatAPersonGotWrongIsFoundWhereverItIs() {
        Exception inside = new BadInputException("side = 0, must be at least 1");
        int status = Failures.whileRunning(new RuntimeException(new IllegalStateException(inside)), command, false);
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("side = 0, must be at least 1\n");
    }
}
