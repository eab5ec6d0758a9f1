package convoy.architectures.file;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.records.BadInputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a file, it is a network or is refused in lines, in a bounded time. */
final class MutatedFileTest {
    private static final int CASES = 2000;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final List<String> PIECES = List.of(
            "999999999",
            "-1",
            "0",
            "=i",
            "=classes * 1e9",
            "repeat: 9999, ",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "\n",
            "  ",
            "- ",
            "\"",
            "'",
            "#",
            "block: unit, ",
            "from: [a, input], ",
            "=",
            "=((((",
            "=[1, 2][9]",
            "{i}",
            "kind: add, ",
            "branches: [[], []], ",
            "~",
            "*x",
            "&x ",
            "\u0000",
            "\u2028",
            "é",
            "when: false, ",
            "as: classes, ",
            "name: \"x{1/0}\", ",
            "layers: [{block: unit}], ");

    private static final String OWN = """
            name: own
            input: 3x16x16
            classes: 5
            parameters: {width: 4, depths: [1, 2], act: relu}
            blocks:
              unit:
                arguments: {out: , stride: 1}
                layers:
                  - {name: conv, kind: convolution, out: =out, kernel: 3, stride: =stride, padding: 1}
                  - {name: act, kind: =act}
            layers:
              - {name: stem, block: unit, out: =width}
              - repeat: 2
                as: s
                layers:
                  - {repeat: "=depths[s]", name: "layer{s}.{i}", block: unit, out: =width * (s + 1)}
              - {name: a, kind: add, branches: [[relu], []]}
              - adaptive-average-pool
              - flatten
              - {name: fc, kind: dense, out: =classes}
            heads: [{name: main, from: fc}]
            initialization: {exceptions: {fc.weight: {kind: constant, value: 0}}}
            """;

    private static String mutated(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(changed.length());
            int length = Math.min(changed.length() - at, random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> changed.delete(at, at + length);
                case 1 -> changed.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> changed.replace(at, at + length, PIECES.get(random.nextInt(PIECES.size())));
                default -> changed.insert(random.nextInt(changed.length()), changed.substring(at, at + length));
            }
            if (changed.length() == 0) {
                changed.append(' ');
            }
        }
        return random.nextInt(10) == 0 ? changed.substring(0, random.nextInt(changed.length())) : changed.toString();
    }

    @Test
    void aMutatedFileIsANetworkOrIsRefused() {
        List<String> texts = List.of(
                OWN, WrittenNetwork.of(Catalogue.build("lenet5", NetworkArguments.defaults()), Optional.empty()));
        Random random = new Random(16);
        int networks = 0;
        for (int i = 0; i < CASES; i++) {
            String text = mutated(texts.get(i % texts.size()), random);
            Optional<Network> built = Assertions.assertTimeout(LONGEST, () -> built(text), text);
            networks += built.isPresent() ? 1 : 0;
        }
        assertThat(networks).as("mutants that are networks all the same").isBetween(CASES / 100, CASES / 2);
    }

    private static Optional<Network> built(String text) {
        try {
            return Optional.of(
                    NetworkFile.read("mutant.yaml", text, new TreeMap<>()).build(NetworkArguments.defaults()));
        } catch (BadInputException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            assertThat(String.valueOf(refused.getMessage()).lines())
                    .hasSizeLessThan(60)
                    .allMatch(line -> line.contains("mutant.yaml"));
            return Optional.empty();
        }
    }
}
