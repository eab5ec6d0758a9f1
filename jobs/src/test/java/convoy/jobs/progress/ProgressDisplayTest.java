package convoy.jobs.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {
    private final StringWriter screen = new StringWriter();
    private final PrintWriter err = new PrintWriter(screen, true);

    @Test
    void aLogGetsALineEveryFewSecondsAndTheLastState() {
        AtomicLong now = new AtomicLong(77);
        try (ProgressDisplay display = new LineProgress("digits", 1000, err, now::get)) {
            for (int step = 1; step <= 10; step++) {
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
                display.at(step, "loss 1.5");
            }
            display.say("checkpoint");
            display.at(11, "loss 1.4");
        }
        assertThat(screen.toString()).isEqualToNormalizingNewlines("""
                        digits 5/1000 (0 %) loss 1.5
                        digits 10/1000 (1 %) loss 1.5
                        checkpoint
                        digits 11/1000 (1 %) loss 1.4
                        """);
    }

    @Test
    void aTerminalGetsABarThatOtherLinesDoNotTear() {
        try (ProgressDisplay display = new TerminalProgress("digits", 10, 100, err)) {
            display.at(5, "loss 1.5");
            display.say("checkpoint");
            display.at(10, "loss 1.4");
        }
        String text = screen.toString();
        assertThat(text).contains("\r\u001b[Kcheckpoint\n");
        assertThat(text.substring(text.lastIndexOf('\r')))
                .startsWith("\rdigits 100%")
                .contains("10/10")
                .endsWith("loss 1.4\n");
        assertThat(text.split("[\r\n]"))
                .allSatisfy(line -> assertThat(line.length()).isLessThan(100));
    }

    /** The bar's own thread may not have run yet when a short task ends: it then stands on the screen without an end of its line. */
    @Test
    void aBarThatEndsAtOnceEndsItsLine() {
        for (int i = 0; i < 200; i++) {
            StringWriter once = new StringWriter();
            new TerminalProgress("digits", 10, 100, new PrintWriter(once, true)).close();
            assertThat(once.toString()).endsWith("\n").doesNotEndWith("\n\n");
        }
    }

    /** Log4j writes to System.err, and so does any library: in pieces, and in lines that nobody has ended. */
    @Test
    void whateverElseIsWrittenGoesAboveTheBar() {
        PrintStream before = System.err;
        try (ProgressDisplay display = new TerminalProgress("digits", 10, 100, err)) {
            display.at(5, "loss 1.5");
            System.err.print("12:00:00 WARN  Some");
            System.err.println("thing: über alles");
            System.err.print("cut off");
        }
        assertThat(System.err).isSameAs(before);
        String text = screen.toString();
        assertThat(text)
                .contains("\r\u001b[K12:00:00 WARN  Something: über alles\n")
                .contains("\r\u001b[Kcut off\n");
        assertThat(text.substring(text.lastIndexOf('\r')))
                .startsWith("\rdigits")
                .endsWith("loss 1.5\n");
    }

    @Test
    void theLauncherDecidesWhetherThereIsATerminal() {
        try (ProgressDisplay display = ProgressDisplay.of("digits", 10, err)) {
            assertThat(display).isInstanceOf(LineProgress.class);
        }
        System.setProperty(ProgressDisplay.TERMINAL, "80");
        try (ProgressDisplay display = ProgressDisplay.of("digits", 10, err)) {
            assertThat(display).isInstanceOf(TerminalProgress.class);
        } finally {
            System.clearProperty(ProgressDisplay.TERMINAL);
        }
    }
}
