package convoy.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.spark.ProcessEnd;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class FailuresTest {
    private final StringWriter err = new StringWriter();
    private final CommandLine command = ConvoyCommand.line(new PrintWriter(err, true), new PrintWriter(err, true));

    @Test
    void ofManyLinesOnlyTheFirstIsShown() {
        Exception stage = new IllegalStateException(
                "\nJob aborted due to stage failure: Task 0 in stage 3.0 failed 4 times\n\tat a.B.c(B.java:1)\nDriver stacktrace:");
        ProcessEnd end = Failures.whileRunning(new RuntimeException("outer", stage), command, false);
        assertThat(end)
                .isEqualTo(new ProcessEnd(
                        1,
                        "convoy failed: IllegalStateException: Job aborted due to stage failure: Task 0 in stage 3.0"
                                + " failed 4 times",
                        false));
        assertThat(err.toString())
                .isEqualTo("convoy failed: IllegalStateException: Job aborted due to stage failure: Task 0 in stage 3.0"
                        + " failed 4 times (--debug tells more)\n");
    }

    @Test
    void whatWasDoneWithWhichFileIsSaidWithTheReason() {
        Exception full = new UncheckedIOException("cannot write /runs/a", new IOException("No space left on device"));
        assertThat(Failures.whileRunning(new IllegalStateException(full), command, false)
                        .status())
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("convoy failed: cannot write /runs/a: No space left on device (--debug tells more)\n");
    }

    @Test
    void theReasonIsNotSaidTwice() {
        Exception full =
                new UncheckedIOException("target /a: /a could not be made", new IOException("/a could not be made"));
        assertThat(Failures.whileRunning(full, command, false).status()).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("convoy failed: target /a: /a could not be made (--debug tells more)\n");
    }

    @Test
    void anErrorOfALibraryIsOneLineToo() {
        CommandLine throwing = ConvoyCommand.line(new PrintWriter(err, true), new PrintWriter(err, true));
        throwing.addSubcommand("fall", new Falling());
        // They are handed on to commands that are there.
        throwing.setErr(throwing.getErr());
        throwing.setExecutionStrategy(throwing.getExecutionStrategy());
        throwing.setExecutionExceptionHandler(throwing.getExecutionExceptionHandler());
        assertThat(throwing.execute("fall")).isEqualTo(1);
        assertThat(ConvoyCommand.end(throwing, 1))
                .isEqualTo(new ProcessEnd(1, "convoy fall failed: NoClassDefFoundError: a/B", false));
        assertThat(err.toString()).isEqualTo("convoy fall failed: NoClassDefFoundError: a/B (--debug tells more)\n");
    }

    @CommandLine.Command
    private static final class Falling implements Runnable {
        @Override
        public void run() {
            throw new NoClassDefFoundError("a/B");
        }
    }

    @Test
    void whatAPersonGotWrongIsFoundWhereverItIs() {
        Exception inside = new BadInputException("side = 0, must be at least 1");
        ProcessEnd end = Failures.whileRunning(new RuntimeException(new IllegalStateException(inside)), command, false);
        assertThat(end).isEqualTo(new ProcessEnd(2, "side = 0, must be at least 1", true));
        assertThat(err.toString()).isEqualTo("side = 0, must be at least 1\n");
    }
}
