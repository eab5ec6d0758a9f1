package convoy.jobs.runfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunFileTest {
    enum Store {
        RAW,
        AS_IS
    }

    sealed interface Rule {
        static Rule defaults() {
            return new Heavy(0.9, false);
        }
    }

    record Plain() implements Rule {}

    record Heavy(double momentum, boolean nesterov) implements Rule {
        Heavy {
            if (momentum < 0 || momentum >= 1) {
                throw new BadInputException(Refusal.of("momentum", momentum)
                        .because(", must be at least 0 and less than 1")
                        .instead("0.9 is usual"));
            }
        }

        static Heavy defaults() {
            return new Heavy(0.9, false);
        }
    }

    record TwoBetas(double beta1, double beta2) implements Rule {
        TwoBetas {
            if (beta1 > 1) {
                throw new BadInputException(
                        Refusal.of("beta1", beta1).by("two-betas").because(", must lie in [0, 1]"));
            }
            if (beta2 > 1) {
                throw new BadInputException(Refusal.of("rule.beta2", beta2).because("is outside [0, 1]"));
            }
            if (beta1 > beta2) {
                throw new BadInputException("these two betas do not fit each other");
            }
        }
    }

    record Span(int begin, int end) {
        Span {
            if (begin > end) {
                throw new IllegalArgumentException("the span runs backwards, from " + begin + " to " + end);
            }
        }

        static Span parse(String text) {
            String[] ends = text.split("-", -1);
            if (ends.length != 2) {
                throw new BadInputException(
                        Refusal.of("span", text).because("is no span").instead("write for instance 3-7"));
            }
            return new Span(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        }

        @Override
        public String toString() {
            return begin + "-" + end;
        }
    }

    record Servers(int count, long pauseMillis, Optional<Double> clipNorm) {
        static Servers defaults() {
            return new Servers(2, 50, Optional.of(1.0));
        }
    }

    @RecordBuilder
    record Run(
            String name,
            Servers servers,
            Rule rule,
            Store store,
            Optional<Span> span,
            List<Rule> chain,
            Map<String, String> spark,
            float rate) {}

    private static final String WHOLE = """
            name: first
            servers: {count: 3, pause-millis: 1_000, clip-norm: 0.5}
            rule:
              kind: two-betas
              beta1: 0.9
              beta2: 0.999
            store: as-is
            span: 3-7
            chain:
              - plain
              - kind: heavy
                momentum: 0
            spark:
              spark.ui.enabled: false
            rate: 1e-3
            """;

    private static final String LEAST = "{name: x, store: raw, chain: [], spark: {}, rate: 1}";

    private static Run read(String text, String... overrides) {
        return RunFile.read(Run.class, "run.yaml", text, List.of(overrides));
    }

    @Test
    void everyKindOfValueIsRead() {
        assertThat(read(WHOLE))
                .isEqualTo(RunFileTestRunBuilder.builder()
                        .name("first")
                        .servers(new Servers(3, 1000, Optional.of(0.5)))
                        .rule(new TwoBetas(0.9, 0.999))
                        .store(Store.AS_IS)
                        .span(Optional.of(new Span(3, 7)))
                        .chain(List.of(new Plain(), new Heavy(0, false)))
                        .spark(Map.of("spark.ui.enabled", "false"))
                        .rate(0.001f)
                        .build());
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        Run run = read(LEAST);
        assertThat(run.servers()).isEqualTo(Servers.defaults());
        assertThat(run.rule()).isEqualTo(new Heavy(0.9, false));
        assertThat(run.span()).isEmpty();
    }

    @Test
    void aPartGivenKeepsTheOtherPartsOfTheDefault() {
        Run run = read(LEAST, "servers.count=7", "rule.nesterov=true");
        assertThat(run.servers()).isEqualTo(new Servers(7, 50, Optional.of(1.0)));
        assertThat(run.rule()).isEqualTo(new Heavy(0.9, true));
    }

    @Test
    void nullEmptiesAnOptionalThatIsFullByDefault() {
        assertThat(read(LEAST, "servers.clip-norm=null").servers().clipNorm()).isEmpty();
    }

    @Test
    void theWrittenFormBindsToTheSameRecord() {
        for (Run run : List.of(
                read(WHOLE),
                read(LEAST),
                read(
                        LEAST,
                        "servers.clip-norm=null",
                        "name='12'",
                        "rate=1.5e-30",
                        "rule=plain",
                        "span={begin: 1, end: 2}"),
                read(LEAST, "name='true'", "servers.clip-norm=1e300", "name='a: b # c'"))) {
            String written = RunFile.write(run);
            assertThat(read(written)).as(written).isEqualTo(run);
            assertThat(RunFile.write(read(written))).isEqualTo(written);
        }
    }

    @Test
    void theWrittenFormIsPlainYaml() {
        assertThat(RunFile.write(read(WHOLE))).isEqualTo("""
                        name: first
                        servers:
                          count: 3
                          pause-millis: 1000
                          clip-norm: 0.5
                        rule:
                          kind: two-betas
                          beta1: 0.9
                          beta2: 0.999
                        store: as-is
                        span: 3-7
                        chain:
                          - plain
                          - kind: heavy
                            momentum: 0.0
                            nesterov: false
                        spark:
                          spark.ui.enabled: "false"
                        rate: 0.001
                        """);
    }

    @Test
    void allProblemsComeInOneAnswerInTheOrderOfTheFile() {
        String text = """
                nmae: first
                servers: {count: two, pause-millis: 2.5}
                rule: {kind: heavy, momentum: 1.5}
                store: rwa
                span: [3, 7]
                chain: plain
                spark: {}
                rate: fast
                rate: 2
                """;
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadInputException.class)
                .hasMessage("""
                        run.yaml:1: nmae is no key here; did you mean name?
                        run.yaml:1: name is missing; give text
                        run.yaml:2: servers.count = two is not a whole number
                        run.yaml:2: servers.pause-millis = 2.5 is not a whole number
                        run.yaml:3: rule.momentum = 1.5, must be at least 0 and less than 1; 0.9 is usual
                        run.yaml:4: store = rwa is not one of raw, as-is; did you mean raw?
                        run.yaml:5: span is a list, but must be text, or a mapping with begin, end
                        run.yaml:6: chain = plain is not a list
                        run.yaml:8: rate = fast is not a number
                        run.yaml:9: the key rate is given twice; line 8 has it already""");
    }

    record Window(int begin, int end, int size) {
        Window {
            if (size < 0) {
                throw new BadInputException(Refusal.below("size", size, 0, "take 1 for example"));
            }
            if (begin < 0) {
                throw new BadInputException(Refusal.below("begin", begin, 0, "take 1 for example"));
            }
            if (begin > end) {
                throw new BadInputException(Refusal.of("begin", begin)
                        .because("> end = " + end, "end")
                        .instead("turn them round"));
            }
        }

        static Window defaults() {
            return new Window(0, 10, 5);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{begin: -1, end: 4, size: -1} | w:1: size = -1 < 0: take 1 for example;w:1: begin = -1 < 0: take 1 for example",
                "{begin: 7, end: 4, size: x}   | w:1: size = x is not a whole number;w:1: begin = 7 > end = 4: turn them round",
                "{begin: 70, end: x}           | w:1: end = x is not a whole number",
                "{begin: 7, end: 4}            | w:1: begin = 7 > end = 4: turn them round",
            })
    void aConstructorIsHeardOnEverythingThatWasGivenAndOnNothingElse(String text, String messages) {
        assertThatThrownBy(() -> RunFile.read(Window.class, "w", text, List.of()))
                .hasMessage(messages.replace(';', '\n'));
    }

    @Test
    void aProblemOfAnOverrideNamesTheOverride() {
        assertThatThrownBy(() -> read(LEAST, "servers.cuont=3", "store=0", "rule.momentum=2"))
                .hasMessageContaining("--set servers.cuont=3: servers.cuont is no key here; did you mean count?")
                .hasMessageContaining("--set store=0: store = 0 is not one of raw, as-is")
                .hasMessageContaining("--set rule.momentum=2: rule.momentum = 2.0, must be at least 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed          | --set seed: is not key=value; write for instance --set seed=7",
                "=3            | --set =3: is not key=value; write for instance --set seed=7",
                "a..b=3        | --set a..b=3: has an empty key; write for instance --set a.b=7",
                "chain.5=plain | --set chain.5=plain: 5 is no place of a list of 2 values; write a number from 0 to 2",
                "chain.x=plain | --set chain.x=plain: x is no place of a list of 2 values; write a number from 0 to 2",
                "name=[1       | --set name=[1: is not YAML: while parsing a flow sequence: expected ',' or ']', but got <stream end>",
                "name=         | --set name=: name has no value; give text, or leave the key out",
            })
    void anOverrideThatCannotBeLaidOverTheFileIsRefused(String override, String message) {
        assertThatThrownBy(() -> read(WHOLE, override))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void overridesReachIntoListsAndChoices() {
        Run run = read(WHOLE, "chain.1.momentum=0.25", "chain.2=plain", "rule=heavy", "rule.momentum=0.5");
        assertThat(run.chain()).containsExactly(new Plain(), new Heavy(0.25, false), new Plain());
        assertThat(run.rule()).isEqualTo(new Heavy(0.5, false));
    }

    @Test
    void laterOverridesWin() {
        assertThat(read(LEAST, "name=a", "name=b=c").name()).isEqualTo("b=c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rule: {kind: haevy}          | rule.kind = haevy is not one of plain, heavy, two-betas; did you mean heavy?",
                "rule: nothing-like-it        | rule = nothing-like-it is not one of plain, heavy, two-betas",
                "rule: two-betas              | rule.beta1 is missing; give a number",
                "rule: {kind: two-betas, beta1: 2, beta2: 0} | rule.beta1 = 2.0, must lie in [0, 1]",
                "rule: {kind: two-betas, beta1: 0, beta2: 2} | rule.beta2 = 2.0 is outside [0, 1]",
                "rule: {kind: two-betas, beta1: 1, beta2: 0} | rule: these two betas do not fit each other",
                "rule: [plain]                | rule is a list, but must be one of plain, heavy, two-betas",
                "rule: {kind: [heavy]}        | rule.kind is a list, but must be one of plain, heavy, two-betas",
                "chain: [{momentum: 0.1, kind: plain}] | chain.0.momentum is no key here; the keys here are none",
                "servers: {pause-millis: 1e30}| servers.pause-millis = 1e30 is too large; the limit is 9223372036854775807",
                "servers: {count: 3000000000} | servers.count = 3000000000 is too large; the limit is 2147483647",
                "servers: {count: 010}        | servers.count = 010 is not a whole number",
                "servers: {count: }           | servers.count has no value; give a whole number, or leave the key out",
                "servers: 3                   | servers = 3 is not a mapping with count, pause-millis, clip-norm",
                "servers: {clip-norm: .nan}   | servers.clip-norm = .nan is not a number",
                "servers: {clip-norm: 1e400}  | servers.clip-norm = 1e400 is too large; the limit is 1.7976931348623157E308",
                "rule: {nesterov: yes}        | rule.nesterov = yes is not true or false",
                "span: 3                      | span = 3 is no span: write for instance 3-7",
                "span: {begin: 4, end: 2}     | span: the span runs backwards, from 4 to 2",
                "spark: {a: [1]}              | spark.a is a list, but must be text",
                "spark: [a]                   | spark is a list, but must be a mapping",
            })
    void aValueThatCannotBeIsNamedWithItsRemedy(String line, String message) {
        String text = "name: x\nstore: raw\nchain: []\nspark: {}\nrate: 1\n"
                        .replaceAll("(?m)^" + line.split(":", 2)[0] + ":.*\n", "")
                + line + "\n";
        int last = (int) text.lines().count();
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("run.yaml:" + last + ": " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name: x\n\tstore: raw", "name: \"x", "{name: x", "- a\nname: x", "name: *x", "a: b: c", "\u0000"
            })
    void whatIsNotOurYamlIsOneLineWithoutAStackTrace(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching("(?s)run.yaml:\\d+: .*");
    }

    @Test
    void aliasesAndSecondDocumentsAreRefused() {
        assertThatThrownBy(() -> read(LEAST + "\n---\nname: y\n"))
                .hasMessage("run.yaml:3: a second value or document begins here; only one is read");
        assertThatThrownBy(() -> read("name: &n x\nstore: *n\nchain: []\nspark: {}\nrate: 1\n"))
                .hasMessageContaining("run.yaml:2: the alias *n is not followed; write the value out");
    }

    @Test
    void bottomlessNestingIsRefused() {
        assertThatThrownBy(() -> read("name: " + "[".repeat(5000)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nest");
    }

    @Test
    void anEmptyFileAndAListLackEverything() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("run.yaml:1: name is missing; give text");
        assertThatThrownBy(() -> read("[1]"))
                .hasMessage("run.yaml:1: the file is a list, but must be a mapping with name, servers, rule, store,"
                        + " span, chain, spark, rate");
    }
}
