package convoy.jobs.runfile;

import convoy.records.JsonText;
import convoy.records.Schema;
import convoy.records.Structure;
import convoy.records.Value;
import convoy.records.Variants;
import convoy.records.text.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows that a page which explains a file should have: its keys, what they take and their defaults. */
public final class ReferenceRows {
    private final String explainedElsewhere;
    private final List<String> rows = new ArrayList<>();

    private ReferenceRows(String explainedElsewhere) {
        this.explainedElsewhere = explainedElsewhere;
    }

    /** The rows of a page, without what they mean. */
    public static List<String> documented(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.lastIndexOf(" | ") + 2))
                .toList();
    }

    /**
     * The rows of a record.
     *
     * @param standard the whole default, if there is one
     * @param explainedElsewhere a key whose kinds have rows at another key
     */
    public static List<String> of(Class<? extends Record> type, Optional<Object> standard, String explainedElsewhere) {
        ReferenceRows rows = new ReferenceRows(explainedElsewhere);
        rows.walk(new Structure(type), "", "", standard);
        return rows.rows;
    }

    private void walk(Schema schema, String path, String kind, Optional<Object> standard) {
        if (schema instanceof Structure structure) {
            structure.members().forEach((key, member) -> {
                String below = path.isEmpty() ? key : path + "." + key;
                Schema of = Schema.of(member.type());
                Optional<Object> value = structure.standard(member, standard);
                if (!(of instanceof Structure nested) || nested.members().isEmpty()) {
                    rows.add(row(below, kind, of, value));
                }
                walk(of, below, "", value);
            });
        } else if (schema instanceof Variants variants && !path.startsWith(explainedElsewhere)) {
            variants.kinds().forEach((name, structure) -> walk(structure, path, name, Optional.empty()));
        } else if (schema instanceof Schema.Maybe maybe) {
            walk(maybe.of(), path, kind, Optional.empty());
        } else if (schema instanceof Schema.Sequence sequence) {
            walk(sequence.of(), path + ".*", kind, Optional.empty());
        } else if (schema instanceof Schema.Table table) {
            walk(table.of(), path + ".*", kind, Optional.empty());
        }
    }

    private static String row(String key, String kind, Schema schema, Optional<Object> standard) {
        return "| `" + key + "`" + (kind.isEmpty() ? "" : " of " + kind) + " | " + describe(schema) + " | "
                + standard.map(value -> text(schema, value)).orElse("required") + " |";
    }

    private static String describe(Schema schema) {
        if (schema instanceof Schema.Sequence sequence) {
            return "a list, each " + describe(sequence.of());
        }
        return schema instanceof Schema.Table table ? "a mapping, each " + describe(table.of()) : schema.describe();
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
