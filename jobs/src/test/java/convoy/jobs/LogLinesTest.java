package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher's logging writes to the terminal begins and ends on lines of its own. */
final class LogLinesTest {
    private static final String ROOT = "appender.terminal.";

    private static Properties settings() throws IOException {
        Properties settings = new Properties();
        Path file = Path.of(System.getProperty("convoy.root", ".."), "deploy/conf/log4j2.properties");
        try (Reader reader = Files.newBufferedReader(file)) {
            settings.load(reader);
        }
        return settings;
    }

    private static String line(String trace, LogEvent event) throws IOException {
        Properties settings = settings();
        PatternLayout layout = PatternLayout.newBuilder()
                .withPattern(settings.getProperty(ROOT + "layout.pattern").replace("${sys:convoy.log.trace:-1}", trace))
                .withAlwaysWriteExceptions(
                        Boolean.parseBoolean(settings.getProperty(ROOT + "layout.alwaysWriteExceptions", "true")))
                .build();
        return layout.toSerializable(event);
    }

    private static Log4jLogEvent.Builder event() {
        return Log4jLogEvent.newBuilder()
                .setLevel(Level.ERROR)
                .setLoggerName("org.apache.spark.Executor")
                .setMessage(new SimpleMessage("something failed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "full"})
    void everyLineEnds(String trace) throws IOException {
        String plain = line(trace, event().build());
        assertThat(plain).endsWith(" ERROR Executor: something failed\n").hasLineCount(1);
        Exception inner = new IllegalStateException("inside");
        String failed = line(
                trace,
                event().setThrown(new IllegalArgumentException("outside", inner))
                        .build());
        assertThat(failed)
                .contains(" ERROR Executor: something failed\n")
                .contains("java.lang.IllegalArgumentException: outside")
                .endsWith("\n");
        assertThat(failed.lines().count() == 2).isEqualTo(trace.equals("1"));
        assertThat(failed.contains("Caused by: java.lang.IllegalStateException: inside"))
                .isEqualTo(trace.equals("full"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "full"})
    void aNameEndsNoLineAndNothingInItIsObeyed(String trace) throws IOException {
        String hostile = "Refused 'a\nb\r\u001b[2Jc\u009b\u202e\u2028猫 é': {}$0";
        assertThat(line(trace, event().setMessage(new SimpleMessage(hostile)).build()))
                .endsWith(" ERROR Executor: Refused 'a\\nb\\r?[2Jc???猫 é': {}$0\n")
                .hasLineCount(1);
        String failed = line(
                trace,
                event().setMessage(new SimpleMessage(hostile))
                        .setThrown(new IOException("no \u001b[2J"))
                        .build());
        assertThat(failed)
                .contains("Refused 'a\\nb", "java.io.IOException: no ?[2J\n")
                .doesNotContain("\u001b");
        assertThat(failed.lines().count() == 2).isEqualTo(trace.equals("1"));
    }

    @Test
    void aProgressBarIsLeftAlone() throws IOException {
        assertThat(settings().getProperty(ROOT + "target")).isEqualTo("SYSTEM_ERR");
        assertThat(settings().getProperty(ROOT + "follow"))
                .as("System.err at the time of writing, which goes above a bar")
                .isEqualTo("true");
    }
}
