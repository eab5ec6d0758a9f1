package convoy.jobs.runfile;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import convoy.records.JsonText;
import convoy.records.Schema;
import convoy.records.Structure;
import convoy.records.Value;
import convoy.records.Variants;
import convoy.records.text.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The page that explains the run file names every key that there is, what it takes and its default; and no other. */
final class RunFileReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("convoy.root", ".."), "docs", "run-file.md");

    @Test
    void thePageAndTheRecordsAgree() throws Exception {
        List<String> documented = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.lastIndexOf(" | ") + 2))
                .toList();
        List<String> rows = new ArrayList<>();
        walk(new Structure(RunConfiguration.class), "", "", Optional.of(RunConfiguration.defaults()), rows);
        assertThat(documented).containsExactlyElementsOf(rows);
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

    /** Evaluation transforms are explained where the transforms are. */
    private static void walk(Schema schema, String path, String kind, Optional<Object> standard, List<String> rows) {
        if (schema instanceof Structure structure) {
            structure.members().forEach((key, member) -> {
                String below = path.isEmpty() ? key : path + "." + key;
                Schema of = Schema.of(member.type());
                Optional<Object> value = structure.standard(member, standard);
                if (!(of instanceof Structure nested) || nested.members().isEmpty()) {
                    rows.add(row(below, kind, of, value));
                }
                walk(of, below, "", value, rows);
            });
        } else if (schema instanceof Variants variants && !path.startsWith("data.evaluation-transforms")) {
            variants.kinds().forEach((name, structure) -> walk(structure, path, name, Optional.empty(), rows));
        } else if (schema instanceof Schema.Maybe maybe) {
            walk(maybe.of(), path, kind, Optional.empty(), rows);
        } else if (schema instanceof Schema.Sequence sequence) {
            walk(sequence.of(), path + ".*", kind, Optional.empty(), rows);
        }
    }

    private static String row(String key, String kind, Schema schema, Optional<Object> standard) {
        return "| `" + key + "`" + (kind.isEmpty() ? "" : " of " + kind) + " | " + describe(schema) + " | "
                + standard.map(value -> text(schema, value)).orElse("required") + " |";
    }

    private static String describe(Schema schema) {
        return schema instanceof Schema.Sequence sequence
                ? "a list, each " + describe(sequence.of())
                : schema.describe();
    }

    private static String text(Schema schema, Object value) {
        if (schema instanceof Variants) {
            return Names.kebab(value.getClass().getSimpleName());
        }
        if (value instanceof Optional<?> optional && optional.isEmpty()) {
            return "null";
        }
        return schema.write(value) instanceof Value.Scalar scalar ? scalar.text() : JsonText.write(schema.write(value));
    }
}
