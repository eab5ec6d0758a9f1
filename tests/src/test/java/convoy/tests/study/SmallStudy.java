package convoy.tests.study;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A study whose trials take a moment: LeNet-5 on 12 x 12 stripes, across or down, under noise. */
public final class SmallStudy {
    /** Lines of a study file: two rates, of which the first is its baseline. */
    public static final String TWO = """
            variants:
              low: {schedule.rate: 0.01}
              high: {schedule.rate: 0.05}
            """;

    private static final int SIDE = 12;

    private final Path directory;

    /** Draws its data. */
    public SmallStudy(Path directory) throws IOException {
        this.directory = directory;
        draw("train", 96, 1);
        draw("held-out", 64, 2);
        draw("test", 64, 3);
    }

    private void draw(String name, int rows, long seed) throws IOException {
        RawData.write(
                directory.resolve(name),
                List.of("across", "down"),
                IntStream.range(0, rows).mapToObj(id -> row(id, seed)).toList(),
                50);
    }

    private static ImageRow row(int id, long seed) {
        RandomStream random = RandomStream.of(seed, "stripes", id);
        int label = random.nextInt(2);
        int phase = random.nextInt(4);
        byte[] planes = new byte[SIDE * SIDE];
        for (int i = 0; i < planes.length; i++) {
            int along = (label == 0 ? i / SIDE : i % SIDE) + phase;
            planes[i] = (byte) ((along / 2 % 2 == 0 ? 100 : 60) + random.nextInt(90));
        }
        return new ImageRow(id, planes, label, SIDE, SIDE, 1);
    }

    /**
     * Writes the study file.
     *
     * @param studies the folder of its directory
     * @param more lines of it
     */
    public Path file(String studies, String more) throws IOException {
        String at = directory.toUri().toString().replaceAll("/$", "");
        return Files.writeString(
                Files.createDirectories(directory.resolve(studies)).resolve("study.yaml"),
                """
                        name: small
                        studies: %1$s/%2$s
                        question: Does the higher rate learn more?
                        base:
                          network: {name: lenet5}
                          data: {train: %1$s/train}
                          epochs: 2
                          micro-batch: 8
                          micro-batches: 2
                          optimizer: {kind: momentum, momentum: 0.9}
                          evaluation: {every-epochs: 1}
                        baseline: low
                        validation: %1$s/held-out
                        test: %1$s/test
                        %3$s
                        """.formatted(at, studies, more));
    }

    /**
     * Writes the study file of one that scores its trials on a part of the training rows, and reads no test set.
     *
     * @param validation as it stands in the file
     */
    public Path file(String studies, String more, String validation) throws IOException {
        Path file = file(studies, more);
        String text = Files.readString(file);
        return Files.writeString(
                file,
                text.replaceAll("\\nvalidation: .*", "\nvalidation: " + validation)
                        .replaceAll("\\ntest: .*", ""));
    }

    /** Moves the base of a study file into a run file beside it. */
    public void setBaseApart(Path file) throws IOException {
        List<String> base = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            inside = line.startsWith("base:") || (inside && line.startsWith("  "));
            (inside ? base : rest).add(line);
        }
        rest.add("base: base.yaml  # beside it");
        Files.write(file.resolveSibling("base.yaml"), base.subList(1, base.size()));
        Files.write(file, rest);
    }

    /** Where the study is kept. */
    Path kept(String studies) {
        return directory.resolve(studies).resolve("small");
    }

    /** The files of the report by their names. */
    Map<String, String> report(String studies) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(kept(studies).resolve("report"))) {
            all.filter(file -> !file.getFileName().toString().startsWith("."))
                    .forEach(file -> files.put(file.getFileName().toString(), read(file)));
        }
        return files;
    }

    /** Those that are the same each time. */
    public Map<String, String> lastingReport(String studies) throws IOException {
        Map<String, String> files = report(studies);
        files.remove("timing.json");
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The directories of the trials. */
    public List<Path> trials(String studies) throws IOException {
        Path folder = kept(studies).resolve("trials");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
