package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipesCommandTest {
    @Test
    void listsThemWithKindAndLine() throws Exception {
        Ran table = Ran.convoy("recipes");
        assertThat(table.status()).isZero();
        assertThat(table.out()).containsPattern("(?m)^lenet5 +run +LeNet-5 on MNIST, for");
        assertThat(table.out()).containsPattern("(?m)^depth +study +Study of depth: ");
        JsonNode json =
                new ObjectMapper().readTree(Ran.convoy("recipes", "--json").out());
        assertThat(table.out().lines()).hasSize(1 + json.size());
        assertThat(json.get(0).get("name").asText()).isEqualTo("lenet5");
        assertThat(json.get(0).get("kind").asText()).isEqualTo("run");
        assertThat(json.get(0).get("line").asText()).startsWith("LeNet-5 on MNIST, for");
    }

    /** What is printed is a run file that {@code train} takes. */
    @Test
    void printsOne(@TempDir Path directory) throws Exception {
        Ran printed = Ran.convoy("recipes", "resnet50");
        assertThat(printed.status()).isZero();
        assertThat(printed.err()).isEmpty();
        assertThat(printed.out()).startsWith("# ResNet-50 on ImageNet").endsWith("servers: 4\n");
        Path file = Files.writeString(directory.resolve("run.yaml"), printed.out());
        Ran checked = Ran.convoy("train", file.toString(), "--check");
        assertThat(checked.status()).as(checked.err()).isZero();
        assertThat(checked.out()).contains("name: resnet50", "milestones:");
        JsonNode json = new ObjectMapper()
                .readTree(Ran.convoy("recipes", "resnet50", "--json").out());
        assertThat(json.get("text").asText()).isEqualTo(printed.out());
    }
}
