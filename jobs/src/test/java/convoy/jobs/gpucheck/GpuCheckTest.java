package convoy.jobs.gpucheck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that compute nothing, on a clock that they move. */
final class GpuCheckTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter out = new StringWriter();
    private final AtomicLong nanos = new AtomicLong(-5);

    @TempDir
    private Path directory = Path.of("");

    private record Scripted(String name, Duration estimate, Work work) implements Step {
        private interface Work {
            void run(Rows rows) throws InterruptedException;
        }

        @Override
        public void run(Rows rows) throws InterruptedException {
            work.run(rows);
        }
    }

    private static Step step(String name, int estimate, Scripted.Work work) {
        return new Scripted(name, Duration.ofSeconds(estimate), work);
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private Path file() {
        return directory.resolve("results.jsonl");
    }

    /** Returns what was wrong. */
    private List<String> run(int seconds, Step... steps) throws InterruptedException {
        return run(false, seconds, steps);
    }

    private List<String> run(boolean resumed, int seconds, Step... steps) throws InterruptedException {
        try (Report report = new Report(new PrintWriter(out, true), false, Optional.of(file()), resumed)) {
            new GpuCheck(report, nanos::get).run(List.of(steps), Budget.of(nanos::get, Duration.ofSeconds(seconds)));
            return report.allWrong();
        }
    }

    private List<JsonNode> rows() throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file())) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }

    @Test
    void whatThrowsCostsItselfAlone() throws Exception {
        List<String> wrong = run(
                100,
                step("one", 1, rows -> {
                    rows.attempt("bad", Duration.ZERO, () -> {
                        throw new IllegalStateException("no luck\nand more", new IOException("the disk"));
                    });
                    rows.attempt("bare", Duration.ZERO, () -> {
                        throw new UnsatisfiedLinkError("libcudnn.so.9");
                    });
                    rows.attempt("good", Duration.ZERO, () -> rows.tell("good it is", "figure", 7));
                }),
                step("two", 1, rows -> {
                    throw new IllegalArgumentException("as a whole");
                }),
                step("three", 1, rows -> {
                    rows.tell("three is bad", "passed", false);
                    rows.wrong("in fp32");
                }));
        assertThat(wrong).containsExactly("one bad (failed)", "one bare (failed)", "two (failed)", "three in fp32");
        assertThat(out.toString())
                .contains("""
                        one
                          bad  FAILED: IllegalStateException: no luck, by IOException: the disk
                          bare  FAILED: UnsatisfiedLinkError: libcudnn.so.9
                          good it is
                        """, "two\n  two  FAILED: IllegalArgumentException: as a whole\n", "three\n  three is bad\n");
        List<JsonNode> rows = rows();
        assertThat(rows).hasSize(9);
        assertThat(rows.get(0).get("begun").asBoolean()).isTrue();
        assertThat(rows.get(1).get("trace").asText()).contains("no luck\nand more", "Caused by: java.io.IOException");
        assertThat(rows.get(3).get("figure").asInt()).isEqualTo(7);
        assertThat(rows.get(8).get("wrong")).hasSize(4);
    }

    @Test
    void whatDoesNotFitIsLeftOut() throws Exception {
        List<String> wrong = run(
                100,
                step("long", 10, rows -> {
                    // All that the later ones do not need.
                    assertThat(rows.budget().left()).isEqualTo(Duration.ofSeconds(65));
                    for (int i = 0; i < 4; i++) {
                        rows.attempt("row " + i, Duration.ofSeconds(20), () -> {
                            pass(22);
                            rows.tell("done", "row", "done");
                        });
                    }
                }),
                step("fits", 15, rows -> pass(16)),
                step("does not", 20, rows -> rows.tell("never")),
                step("last", 0, rows -> rows.tell("last")));
        assertThat(wrong).isEmpty();
        assertThat(out.toString())
                .contains(
                        "long\n  done\n  done\n  done\n  row 3  skipped: 0 s left, needs about 20\nfits\n",
                        "  does not  skipped: 18 s left, needs about 20\nlast\n  last\n")
                .doesNotContain("never");
    }

    @Test
    void eachRowIsInTheFileAtOnce() throws Exception {
        Files.writeString(file(), "{\"step\":\"before\"}\n");
        run(10, step("one", 1, rows -> {
            for (int i = 0; i < 3; i++) {
                rows.tell("row", "number", i);
                try {
                    assertThat(rows()).hasSize(3 + i);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }));
        assertThat(rows()).hasSize(6);
    }

    @Test
    void aKilledCheckGoesOnBehindTheStepThatKilledIt() throws Exception {
        Files.writeString(file(), """
                {"step":"one","begun":true}
                {"step":"one","figure":1}
                {"step":"two","begun":true}
                {"step":"two","fig""");
        List<String> wrong = run(
                true,
                10,
                step("one", 1, rows -> rows.tell("never")),
                step("two", 1, rows -> rows.tell("never")),
                step("three", 1, rows -> rows.tell("three it is")));
        assertThat(wrong).isEmpty();
        assertThat(out.toString())
                .contains("two  skipped: the file of results has it", "three it is")
                .doesNotContain("never");
        List<String> lines = Files.readAllLines(file());
        assertThat(JSON.readTree(lines.get(4)).get("step").asText()).isEqualTo("one");
        assertThat(lines).hasSize(4 + 2 + 2 + 1);
    }
}
