package convoy.jobs.study.file;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.runfile.ReferenceRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page that explains the study file names every key that there is, what it takes and its default; and no other. */
final class StudyReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("convoy.root", ".."), "docs", "study.md");

    @Test
    void thePageAndTheRecordsAgree() throws Exception {
        assertThat(ReferenceRows.documented(PAGE))
                .containsExactlyElementsOf(ReferenceRows.of(Study.class, Optional.empty(), "nothing"));
    }

    @Test
    void theExampleIsAStudyFile() throws Exception {
        String page = Files.readString(PAGE);
        String example = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n") + 1);
        Study study = StudyFile.read("studies/example.yaml", example, List.of(), file -> {
            assertThat(file).isEqualTo("studies/run.yaml");
            return "epochs: 30\n";
        });
        assertThat(study.variants().orElseThrow()).hasSize(2);
        assertThat(study.tuning().orElseThrow().points()).hasSize(8);
    }

    @Test
    void everyKeyIsExplained() throws Exception {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")))
                .allMatch(line -> line.matches(".* \\| \\S.{8,} \\|"));
    }
}
