package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import convoy.architectures.random.RandomStream;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.plan.Chosen;
import convoy.driver.importing.plan.ImportPlan;
import convoy.driver.importing.plan.PieceSummary;
import convoy.driver.importing.records.PieceReading;
import convoy.driver.importing.records.Reading;
import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.BadInputException;
import convoy.worker.data.order.KeyedPermutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sources drawn from seeds, imported, and compared with what each was made to hold ({@link Scenario}): rows, classes, what is
 * left out and why, or a refusal that says the right thing in one line. Spark is left out, which only hands pieces to tasks.
 */
final class ImportFuzzTest {
    private static final int SHORT = 400;
    private static final int LONG = 20_000;
    private final Configuration hadoop = new Configuration();

    @TempDir
    private static Path directory = Path.of("");

    /** What an import gave without Spark. */
    private record Outcome(List<Scenario.Row> rows, List<String> classes, Map<String, Long> leftOut) {}

    @Test
    void whatComesOutIsWhatWasPutIn() {
        int count = Boolean.getBoolean("long.tests") ? LONG : SHORT;
        Map<String, Integer> outcomes = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (int seed = Integer.getInteger("fuzz.first", 0);
                seed < Integer.getInteger("fuzz.first", 0) + count;
                seed++) {
            Scenario scenario = new Scenario(seed);
            Path place = directory.resolve("s" + seed);
            String outcome;
            try {
                Files.createDirectories(place);
                outcome = check(scenario, scenario.write(place, "out"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (AssertionError | RuntimeException e) {
                wrong.add(scenario + "\n    " + e);
                outcome = "wrong";
            }
            outcomes.merge(outcome, 1, Integer::sum);
            delete(place);
        }
        System.out.println("imports by outcome: " + outcomes);
        assertThat(wrong.stream().limit(10).toList()).isEmpty();
        assertThat(outcomes.getOrDefault("rows", 0)).isGreaterThan(count / 4);
        assertThat(outcomes.getOrDefault("refused", 0)).isGreaterThan(count / 8);
    }

    private String check(Scenario expected, ImportConfiguration configuration) {
        Outcome outcome;
        try {
            outcome = imported(configuration);
        } catch (BadInputException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message).doesNotContain("\n", "Exception", "\uFFFD");
            if (expected.refusals.stream().noneMatch(message::contains)) {
                fail("refused, and not for " + expected.refusals + ": " + message);
            }
            return "refused";
        }
        if (!expected.refusals.isEmpty() && !expected.mayBeRefused) {
            fail("not refused for " + expected.refusals + ", but " + outcome.classes + ", left out " + outcome.leftOut);
        }
        if (expected.damaged) {
            Map<Scenario.Row, Long> possible = counts(expected.rows);
            assertThat(counts(outcome.rows))
                    .allSatisfy((row, count) -> assertThat(count).isLessThanOrEqualTo(possible.getOrDefault(row, 0L)));
            long all = outcome.rows.size()
                    + outcome.leftOut.values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
            assertThat(all)
                    .isEqualTo(expected.rows.size()
                            + expected.leftOut.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum());
            return "damaged";
        }
        assertThat(counts(outcome.rows)).isEqualTo(counts(expected.rows));
        assertThat(outcome.classes)
                .containsExactlyElementsOf(expected.rows.stream()
                        .map(Scenario.Row::name)
                        .distinct()
                        .sorted()
                        .toList());
        assertThat(outcome.leftOut).isEqualTo(expected.leftOut);
        return "rows";
    }

    private static Map<Scenario.Row, Long> counts(List<Scenario.Row> rows) {
        return rows.stream().collect(Collectors.groupingBy(row -> row, HashMap::new, Collectors.counting()));
    }

    /** As {@link ImportJob} does it, with one thread. */
    private Outcome imported(ImportConfiguration configuration) {
        Source source = Source.list(hadoop, configuration.from());
        List<List<byte[]>> staged = new ArrayList<>();
        for (SourcePiece piece : source.pieces()) {
            List<byte[]> records = new ArrayList<>();
            try (PieceReading reading = PieceReading.open(
                    hadoop, SourcePiece.decode(piece.encode()), Reading.of(configuration), 1, count -> {})) {
                reading.forEachRemaining(records::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            staged.add(records);
        }
        List<PieceSummary> summaries = staged.stream()
                .map(records ->
                        PieceSummary.decode(PieceSummary.of(records.iterator()).encode()))
                .toList();
        PieceSummary all = summaries.stream().reduce(new PieceSummary(), PieceSummary::plus);
        Chosen chosen = Chosen.of(configuration, all, source.hidden(), source.emptyFolders());
        ImportPlan plan = ImportPlan.of(configuration, all, chosen, List.of());
        List<Scenario.Row> rows = new ArrayList<>();
        long first = 0;
        for (int i = 0; i < staged.size(); i++) {
            PlacedRows placed = new PlacedRows(
                    staged.get(i).iterator(),
                    first,
                    new KeyedPermutation(plan.layout().rows(), RandomStream.of(configuration.seed(), "import")),
                    plan.labels(),
                    false);
            int before = rows.size();
            placed.forEachRemaining(row -> {
                var decoded = FileWriting.decode(row._2());
                rows.add(new Scenario.Row(plan.classes().get(decoded.label()), Scenario.digest(decoded.image())));
            });
            assertThat(rows.size() - before).isEqualTo((int) plan.rows(summaries.get(i)));
            first += rows.size() - before;
        }
        assertThat((long) rows.size()).isEqualTo(plan.layout().rows());
        assertThat(plan.counts(all))
                .containsExactlyElementsOf(plan.classes().stream()
                        .map(name -> rows.stream()
                                .filter(row -> row.name().equals(name))
                                .count())
                        .toList());
        Map<String, Long> leftOut = new TreeMap<>();
        chosen.leftOut().forEach(left -> {
            assertThat(left.example()).isNotEmpty();
            leftOut.put(left.why(), left.files());
        });
        return new Outcome(rows, plan.classes(), leftOut);
    }

    private static void delete(Path place) {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
