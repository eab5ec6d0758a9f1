package convoy.jobs.retrain.command;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.retrain.run.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotificationTest {
    /** More than a pipe holds. */
    private static final Outcome LONG = new Outcome.NothingNew(Collections.nCopies(5000, "Nothing came on this day."));

    private static String told(long seconds, Outcome outcome, String... words) throws InterruptedException {
        StringWriter err = new StringWriter();
        new Notification(List.of(words), seconds).send("flowers", outcome, new PrintWriter(err));
        return err.toString();
    }

    @Test
    void theCommandGetsTheOutcomeOnItsInput(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("told");
        assertThat(told(30, LONG, "sh", "-c", "cat > \"$0\"", file.toString())).isEmpty();
        assertThat(Files.readString(file))
                .contains("flowers", "nothing-new", "Nothing came on this day.")
                .hasSizeGreaterThan(100_000);
    }

    @Test
    void whatBecomesOfItIsToldAndNothingElse() throws InterruptedException {
        assertThat(told(30, LONG)).as("nobody is to be told").isEmpty();
        assertThat(told(30, LONG, "true")).as("it does not read").isEmpty();
        assertThat(told(30, LONG, "sh", "-c", "exit 3")).contains("notify: sh ended with status 3");
        assertThat(told(1, LONG, "sleep", "20")).contains("notify: sleep took more than 1 s and was ended");
        assertThat(told(30, LONG, "no-such-command-anywhere"))
                .contains("notify: no-such-command-anywhere was not started: ");
    }
}
