package convoy.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.annotation.Default;
import convoy.records.annotation.Named;
import convoy.records.annotation.OnlyOne;
import convoy.records.annotation.WhenPresent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CodecTest {
    sealed interface Note permits Empty, Figures, Nested {}

    record Empty() implements Note {}

    record Figures(double loss, float share, long step, int count, boolean over, List<Double> weights)
            implements Note {}

    record Nested(Optional<Note> inside, Map<String, Note> named, String text) implements Note {
        Nested {
            if (text.isEmpty()) {
                throw new BadInputException(
                        Refusal.of("text", "''").because("is empty").instead("say something"));
            }
        }
    }

    record Sourced(
            @Default("usual") @OnlyOne("a source") String name,
            @OnlyOne("a source") Optional<String> file) {}

    private static final Codec<Note> NOTES = Codec.of(Note.class);

    private static void assertSame(Note note) {
        assertThat(NOTES.fromJson("note", NOTES.toJson(note))).isEqualTo(note);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1,
                -1.5,
                1e300,
                Double.MIN_VALUE,
                0.1,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void everyNumberIsReadBackAsItWas(double number) {
        assertSame(
                new Figures(number, (float) number, Long.MIN_VALUE + 1, Integer.MAX_VALUE, true, List.of(number, 2.0)));
    }

    @Test
    void ofSomeComponentsATextSaysOneAtMost() {
        Codec<Sourced> codec = Codec.of(Sourced.class);
        assertThat(codec.fromJson("s", "{\"file\": \"a\"}")).isEqualTo(new Sourced("usual", Optional.of("a")));
        Sourced empty = new Sourced("", Optional.of("a"));
        assertThat(codec.fromJson("s", codec.toJson(empty))).isEqualTo(empty);
        assertThat(codec.fromJson("s", "{\"name\": \"b\", \"file\": null}"))
                .isEqualTo(new Sourced("b", Optional.empty()));
        assertThatThrownBy(() -> codec.fromJson("s", "{\"file\": \"a\", \"name\": \"usual\"}"))
                .isInstanceOf(BadInputException.class)
                .hasMessageEndingWith("file = a, and name gives a source as well; leave one of them out")
                .hasMessageNotContaining("\n");
    }

    @Test
    void membersInsideMembersAreReadBack() {
        assertSame(new Nested(Optional.empty(), Map.of(), "\"\\\n\u0000猫"));
        assertSame(new Nested(
                Optional.of(new Nested(Optional.of(new Empty()), Map.of(), "x")), Map.of("a b", new Empty()), "null"));
    }

    @Test
    void theTextIsPlainJson() {
        assertThat(NOTES.toJson(new Empty())).isEqualTo("\"empty\"");
        assertThat(NOTES.toJson(new Figures(1e-8, 1, 2, 3, false, List.of())))
                .isEqualTo("{\"kind\":\"figures\",\"loss\":1E-8,\"share\":1.0,\"step\":2,\"count\":3,\"over\":false,"
                        + "\"weights\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{`                                       | note: is not JSON: Unexpected end-of-input",
                "`[1]`                                     | note: the file is a list, but must be one of empty, figures, nested",
                "`{\"kind\":\"figure\"}`                   | note: kind = figure is not one of empty, figures, nested; did you mean figures?",
                "`{\"kind\":\"empty\",\"a\":1}`            | note: a is no key here; the keys here are none",
                "`{\"kind\":\"empty\",\"kind\":\"empty\"}` | note: the key kind is given twice",
                "`{\"kind\":\"nested\",\"text\":\"\",\"named\":{}}` | note: text = '' is empty: say something",
                "`{\"kind\":\"nested\",\"text\":\"x\"}`    | note: named is missing; give a mapping",
            })
    void whatIsNoNoteIsRefusedByItsPlace(String json, String message) {
        assertThatThrownBy(() -> NOTES.fromJson("note", json))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void bottomlessNestingIsRefused() {
        assertThatThrownBy(() -> NOTES.fromJson("note", "[".repeat(100_000)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nested more than 64 levels deep");
    }

    @Test
    void whatAPersonWritesIsFinite() {
        Value value = JsonText.read(
                "note",
                "{\"kind\":\"figures\",\"loss\":\"NaN\",\"share\":1,\"step\":1,\"count\":1,"
                        + "\"over\":true,\"weights\":[]}");
        assertThatThrownBy(() -> NOTES.readWritten(value, new Problems()))
                .hasMessage("note: loss = NaN is not a number");
    }

    record Outer(int a, Renamed inner, @Default("x") String last) {}

    @Test
    void keysOfOthersArePassedOverAndNamed() {
        Codec<Outer> codec = Codec.of(Outer.class);
        Value value = JsonText.read("o", "{\"new\":[1],\"a\":1,\"inner\":{\"of\":\"y\",\"more\":{\"b\":2}}}");
        Problems problems = new Problems();
        Outer read = codec.readOfOthers(value, problems);
        assertThat(read).isEqualTo(new Outer(1, new Renamed("y"), "x"));
        assertThat(problems.passedOver()).containsExactly("new", "inner.more");
        assertThat(JsonText.write(codec.writeBrief(read))).isEqualTo("{\"a\":1,\"inner\":{\"of\":\"y\"}}");
        assertThatThrownBy(() -> codec.read(value)).hasMessageContaining("o: new is no key here");
    }

    sealed interface Ambiguous permits Second {}

    record Second(String kind) implements Ambiguous {}

    record Renamed(@Named("of") String kind) {}

    @Test
    void aComponentMayBeCalledOtherwiseAndNeverHidesTheKind() {
        assertThat(Codec.of(Renamed.class).toJson(new Renamed("x"))).isEqualTo("{\"of\":\"x\"}");
        assertThatThrownBy(() -> Codec.of(Ambiguous.class)).hasMessageContaining("use @Named");
    }

    record Sparse(@WhenPresent Optional<Long> first, Optional<Long> second) {}

    @Test
    void anEmptyOptionalIsNullOrHasNoKey() {
        Codec<Sparse> codec = Codec.of(Sparse.class);
        Sparse empty = new Sparse(Optional.empty(), Optional.empty());
        assertThat(codec.toJson(empty)).isEqualTo("{\"second\":null}");
        assertThat(codec.fromJson("test", codec.toJson(empty))).isEqualTo(empty);
        Sparse full = new Sparse(Optional.of(1L), Optional.of(2L));
        assertThat(codec.toJson(full)).isEqualTo("{\"first\":1,\"second\":2}");
        assertThat(codec.fromJson("test", codec.toJson(full))).isEqualTo(full);
        assertThat(codec.fromJson("test", "{\"first\":null}")).isEqualTo(empty);
    }
}
