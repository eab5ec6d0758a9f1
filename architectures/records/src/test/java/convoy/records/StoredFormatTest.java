package convoy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoredFormatTest {
    record Note(long step, SortedMap<String, String> words) {}

    private static final StoredFormat<Note> FORMAT = new StoredFormat<>(Note.class, 3);

    private static Note read(String text) {
        return FORMAT.read(text, "note.json", "ask its author", "throw it away");
    }

    @Test
    void theNumberStandsFirst() {
        Note note = new Note(7, new TreeMap<>(Map.of("b", "x", "a", "1")));
        assertThat(FORMAT.write(note))
                .startsWith("{\n  \"format\" : 3,\n  \"step\" : 7,")
                .endsWith("}\n");
        assertThat(read(FORMAT.write(note))).isEqualTo(note);
    }

    @Test
    void whatWasWrittenBeforeThereWasANumberIsReadWhereThatIsMeant() {
        Note note = new Note(7, new TreeMap<>(Map.of("b", "x")));
        StoredFormat<Note> lenient = FORMAT.orUnsaid();
        String line = lenient.writeLine(note);
        assertThat(line).isEqualTo("{\"format\":3,\"step\":7,\"words\":{\"b\":\"x\"}}");
        assertThat(lenient.read(line, "log", "ask", "remove")).isEqualTo(note);
        assertThat(lenient.read(line.replace("\"format\":3,", ""), "log", "ask", "remove"))
                .isEqualTo(note);
        assertThatThrownBy(() -> lenient.read(line.replace(":3,", ":4,"), "log", "ask its author", "remove it"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("log: format = 4, this version reads format 3; ask its author");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"format\":2,\"x\":1}`         | note.json: format = 2, this version reads format 3; ask its author",
                "`{\"step\":1,\"words\":{}}`      | note.json: format = nothing, this version reads format 3; ask its author",
                "`{\"format\":3,\"step\":1}`      | note.json: words is missing; give a mapping; throw it away",
                "`[]`                             | note.json: the file is a list, but must be a mapping with step, words; throw it away",
                "`{`                              | note.json: is not JSON: Unexpected end-of-input",
            })
    void whatIsOfAnotherFormatIsToldFromWhatIsBroken(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }
}
