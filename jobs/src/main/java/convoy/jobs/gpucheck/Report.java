package convoy.jobs.gpucheck;

import convoy.jobs.benchmark.Card;
import convoy.jobs.output.Json;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Problems;
import convoy.records.annotation.Default;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is told of a check: to a person line by line, and to a file as JSON Lines, each of which is on the disk before anything else
 * happens. Rows come from one thread at a time.
 */
public final class Report implements AutoCloseable {
    private static final Codec<Begun> BEGUN = Codec.of(Begun.class);

    private final PrintWriter out;
    private final boolean json;
    private final Optional<FileChannel> file;
    private final Set<String> before;
    private final long begin = System.nanoTime();
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Double> known = new LinkedHashMap<>();
    private boolean unwritable;

    /**
     * What is looked at in a row that a check before this one told.
     *
     * @param begun whether it tells that the step begins
     */
    private record Begun(String step, @Default("false") boolean begun) {}

    /**
     * Opens the file, if there is to be one.
     *
     * @param out for people
     * @param json whether that gets the file's lines instead
     * @param file that is begun, or gone on with
     * @param resumed whether steps that it has are not to be begun again
     * @throws BadInputException if it cannot be written
     */
    public Report(PrintWriter out, boolean json, Optional<Path> file, boolean resumed) {
        this.out = out;
        this.json = json;
        this.before = resumed ? file.map(Report::begun).orElse(Set.of()) : Set.of();
        this.file = file.map(Report::open);
    }

    /** The steps that a file has, whether or not they came to their end. */
    private static Set<String> begun(Path file) {
        Set<String> begun = new HashSet<>();
        try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> {
                try {
                    Begun row = BEGUN.readOfOthers(JsonText.read(file.toString(), line), new Problems());
                    if (row.begun()) {
                        begun.add(row.step());
                    }
                } catch (BadInputException cutShort) {
                    // The last line of a process that was killed.
                }
            });
        } catch (IOException | UncheckedIOException notThere) {
            // Then none has begun.
        }
        return begun;
    }

    private static FileChannel open(Path file) {
        try {
            boolean cutShort = Files.exists(file)
                    && !Files.readString(file, StandardCharsets.ISO_8859_1).endsWith("\n");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (cutShort) {
                channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            return channel;
        } catch (IOException e) {
            throw new BadInputException(
                    "--results = " + file + " cannot be written (" + e + "); name a file in a directory that is there",
                    e);
        }
    }

    /** Tells a row. */
    synchronized void row(String step, String text, Map<String, ?> fields) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("step", step);
        object.put("at", Math.round((System.nanoTime() - begin) / 1e6) / 1e3);
        object.putAll(fields);
        String line = Json.line(object);
        out.println(json ? line : text);
        out.flush();
        file.ifPresent(channel -> write(channel, line + "\n"));
    }

    private void write(FileChannel channel, String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException full) {
            // What is told to people is left.
            if (!unwritable) {
                unwritable = true;
                wrong.add("the results file (" + full.getMessage() + ")");
            }
        }
    }

    /** Tells that a step begins. */
    void begin(String step) {
        row(step, step, Map.of("begun", true));
    }

    /**
     * Whether the file had a step of this name in it, of a check that is gone on with.
     */
    boolean hasBegun(String step) {
        return before.contains(step);
    }

    /** Tells that all has run. */
    void end() {
        row(
                "end",
                String.format(Locale.ROOT, "took %.0f s", (System.nanoTime() - begin) / 1e9),
                Map.of("wrong", allWrong()));
    }

    /**
     * Tells what is checked, before anything else.
     *
     * @param subject what is checked
     * @param release of Convoy
     */
    public void head(Subject subject, String release) {
        Map<String, String> libraries = libraries();
        row(
                "head",
                release + " on " + subject + "; " + processor() + "; "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "; " + libraries,
                Rows.fields(
                        "release",
                        release,
                        "device",
                        subject.device().toString(),
                        "card",
                        subject.card().map(Card::name).orElse("the processor"),
                        "driver",
                        subject.card().map(Card::driver).orElse("none"),
                        "memory",
                        subject.card().map(Card::memory).orElse("none"),
                        "libraries",
                        libraries,
                        "processor",
                        processor(),
                        "cores",
                        Runtime.getRuntime().availableProcessors(),
                        "threads",
                        subject.threads(),
                        "reference",
                        subject.reference(),
                        "java",
                        Runtime.version().toString(),
                        "date",
                        Instant.now().toString()));
    }

    /** Those that compute, and their releases, as their jars say. */
    private static Map<String, String> libraries() {
        Map<String, String> releases = new LinkedHashMap<>();
        for (String library : List.of(
                "org.bytedeco/pytorch",
                "org.bytedeco/javacpp",
                "org.bytedeco/openblas",
                "org.bytedeco/opencv",
                "org.nd4j/nd4j-native")) {
            try (InputStream file =
                    Report.class.getResourceAsStream("/META-INF/maven/" + library + "/pom.properties")) {
                if (file != null) {
                    Properties properties = new Properties();
                    properties.load(file);
                    releases.put(library.replaceFirst(".*/", ""), properties.getProperty("version", "unknown"));
                }
            } catch (IOException unreadable) {
                releases.put(library, "unreadable");
            }
        }
        return releases;
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                            .map(line -> line.replaceFirst("^[^:]*: *", ""))
                            .findFirst()
                            .orElse("a processor")
                    + " x " + Runtime.getRuntime().availableProcessors();
        } catch (IOException notLinux) {
            return System.getProperty("os.arch", "a processor");
        }
    }

    /** Tells that something is not as it should be; its row has been told. */
    synchronized void wrong(String what) {
        wrong.add(what);
    }

    /** Tells of what was left out. */
    void skipped(String step, String what, String why) {
        row(step, "  " + what + "  skipped: " + why, Map.of("row", what, "skipped", why));
    }

    /** Tells of what could not be had. */
    void failed(String step, String what, Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        String reason = describe(thrown);
        row(
                step,
                "  " + what + "  FAILED: " + reason,
                Map.of("row", what, "failed", reason, "trace", trace.toString()));
        wrong(what.equals(step) ? what + " (failed)" : step + " " + what + " (failed)");
    }

    /** Class and first line of what was thrown, and of what caused it at last where it does not say that itself. */
    private static String describe(Throwable thrown) {
        if (thrown instanceof BadInputException) {
            return oneLine(thrown);
        }
        Throwable innermost = Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                .limit(20)
                .reduce((outer, inner) -> inner)
                .orElse(thrown);
        return oneLine(thrown) + (innermost == thrown ? "" : ", by " + oneLine(innermost));
    }

    private static String oneLine(Throwable thrown) {
        return thrown.getClass().getSimpleName() + ": "
                + String.valueOf(thrown.getMessage())
                        .strip()
                        .lines()
                        .findFirst()
                        .orElse("");
    }

    /** Keeps a figure for a later row. */
    synchronized void learn(String key, double value) {
        known.put(key, value);
    }

    synchronized Optional<Double> known(String key) {
        return Optional.ofNullable(known.get(key));
    }

    /** {@return all that was not as it should be, one line each} */
    public synchronized List<String> allWrong() {
        return List.copyOf(wrong);
    }

    @Override
    public void close() {
        file.ifPresent(channel -> {
            try {
                channel.close();
            } catch (IOException e) {
                // Each line was forced out already.
            }
        });
    }
}
