package convoy.jobs.runfile;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page that explains the run file names every key that there is, what it takes and its default; and no other. */
final class RunFileReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("convoy.root", ".."), "docs", "run-file.md");

    @Test
    void thePageAndTheRecordsAgree() throws Exception {
        assertThat(ReferenceRows.documented(PAGE))
                .containsExactlyElementsOf(ReferenceRows.of(
                        RunConfiguration.class,
                        Optional.of(RunConfiguration.defaults()),
                        "data.evaluation-transforms"));
    }

    @Test
    void theExampleIsARunFile() throws Exception {
        String page = Files.readString(PAGE);
        String example = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n") + 1);
        RunConfiguration run = RunFile.read(RunConfiguration.class, "example", example, List.of());
        assertThat(run.name()).isEqualTo("digits");
        assertThat(run.data().transforms()).hasSize(2);
    }

    @Test
    void everyKeyIsExplained() throws Exception {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")))
                .allMatch(line -> line.matches(".* \\| \\S.{8,} \\|"));
    }
}
