package convoy.records;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.records.annotation.Default;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalTextTest {
    sealed interface Rule permits Plain, Heavy {}

    record Plain() implements Rule {}

    record Heavy(double momentum, boolean nesterov) implements Rule {
        static Heavy defaults() {
            return new Heavy(0.9, false);
        }
    }

    record Run(String name, Rule rule, Optional<Long> seed, List<Rule> chain, Map<String, String> spark) {
        static Run defaults() {
            return new Run("run", new Heavy(0.5, true), Optional.empty(), List.of(), Map.of());
        }
    }

    record Layer(int filters) {}

    record Net(Layer layer, String name) {
        static Net defaults() {
            return new Net(new Layer(16), "net");
        }
    }

    enum Padding {
        ZEROS,
        MIRROR
    }

    /** What became of a layer. */
    record LaterLayer(
            @Default("1") int groups,
            int filters,
            @Default("zeros") Padding padding,
            @Default("[]") List<String> tags) {}

    /** What became of a net. */
    record LaterNet(Optional<String> remark, LaterLayer layer, String name, double scale) {
        static LaterNet defaults() {
            return new LaterNet(Optional.empty(), layer(16), "net", 1);
        }

        static LaterLayer layer(int filters) {
            return new LaterLayer(1, filters, Padding.ZEROS, List.of());
        }
    }

    private static String text(Run run) {
        return CanonicalText.of(run);
    }

    @Test
    void whatEqualsItsDefaultIsLeftOut() {
        assertThat(text(Run.defaults())).isEqualTo("{}");
        assertThat(text(new Run("run", new Heavy(0.5, false), Optional.empty(), List.of(), Map.of())))
                .isEqualTo("{rule: {kind: heavy, nesterov: false}}");
    }

    @Test
    void keysAreSortedAndKindsComeFirst() {
        Run run = new Run(
                "two words",
                new Plain(),
                Optional.of(7L),
                List.of(new Plain(), new Heavy(0.9, false), new Heavy(1e-8, true)),
                Map.of("spark.ui", "false", "a", "x"));
        assertThat(text(run))
                .isEqualTo("{chain: [plain, heavy, {kind: heavy, momentum: 1E-8, nesterov: true}],"
                        + " name: \"two words\", rule: plain, seed: 7, spark: {a: x, spark.ui: \"false\"}}");
    }

    @Test
    void aMemberOfASealedTypeSaysItsKind() {
        assertThat(CanonicalText.of(new Heavy(0.9, false))).isEqualTo("heavy");
        assertThat(CanonicalText.of(new Heavy(0.25, false))).isEqualTo("{kind: heavy, momentum: 0.25}");
    }

    @Test
    void aComponentAddedWithADefaultMovesNoFingerprint() {
        String before = CanonicalText.fingerprint("net", new Layer(16));
        assertThat(CanonicalText.fingerprint("net", LaterNet.layer(16))).isEqualTo(before);
        assertThat(CanonicalText.fingerprint("net", new LaterLayer(2, 16, Padding.ZEROS, List.of())))
                .isNotEqualTo(before);
        assertThat(CanonicalText.fingerprint("net", new LaterLayer(1, 16, Padding.ZEROS, List.of("x"))))
                .isNotEqualTo(before);

        LaterNet later = new LaterNet(Optional.empty(), LaterNet.layer(32), "other", 1);
        assertThat(CanonicalText.fingerprint("net", later))
                .isEqualTo(CanonicalText.fingerprint("net", new Net(new Layer(32), "other")));
        assertThat(CanonicalText.fingerprint("net", LaterNet.defaults()))
                .isEqualTo(CanonicalText.fingerprint("net", Net.defaults()));
    }

    @Test
    void oldTextsAreReadWithTheDefaultOfWhatWasAdded() {
        String old = Codec.of(Net.class).toJson(new Net(new Layer(32), "other"));
        assertThat(Codec.of(LaterNet.class).fromJson("old", old))
                .isEqualTo(new LaterNet(Optional.empty(), LaterNet.layer(32), "other", 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "layer1.0.conv1_2/x-y | layer1.0.conv1_2/x-y",
                "null | \"null\"",
                "Yes | \"Yes\"",
                "12 | \"12\"",
                "a: b | \"a: b\"",
                "a\"\\b | \"a\\\"\\\\b\"",
                "Köln | \"K\\u00f6ln\"",
            })
    void textsThatAreNoPlainWordsStandInQuotationMarks(String name, String text) {
        assertThat(text(new Run(name, new Heavy(0.5, true), Optional.empty(), List.of(), Map.of())))
                .isEqualTo("{name: " + text + "}");
    }

    @Test
    void twoSortsOfThingsHaveTwoFingerprints() {
        assertThat(CanonicalText.fingerprint("a", new Plain()))
                .isNotEqualTo(CanonicalText.fingerprint("b", new Plain()))
                .hasSize(64);
    }
}
