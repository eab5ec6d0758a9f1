package convoy.jobs.retrain.file;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.runfile.ReferenceRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page that explains the pipeline file names every key that there is, what it takes and its default; and no other. */
final class PipelineReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("convoy.root", ".."), "docs", "retraining.md");

    @Test
    void thePageAndTheRecordsAgree() throws Exception {
        assertThat(ReferenceRows.documented(PAGE))
                .containsExactlyElementsOf(ReferenceRows.of(Pipeline.class, Optional.empty(), "nothing"));
    }

    @Test
    void theExampleIsAPipelineFile() throws Exception {
        String page = Files.readString(PAGE);
        String example = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("\n```\n") + 1);
        Pipeline pipeline = PipelineFile.read("pipelines/example.yaml", example, List.of(), file -> {
            assertThat(file).isEqualTo("pipelines/run.yaml");
            return "epochs: 30\n";
        });
        assertThat(pipeline.window()).isInstanceOf(Window.Last.class);
        assertThat(pipeline.heldOut().data()).isPresent();
    }

    @Test
    void everyKeyIsExplained() throws Exception {
        assertThat(Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")))
                .allMatch(line -> line.matches(".* \\| \\S.{8,} \\|"));
    }
}
