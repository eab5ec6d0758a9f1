package convoy.driver.spark.scoring;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.fixture.DrawnData;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.files.Safetensors;
import convoy.records.text.Sha256;
import convoy.worker.data.transform.Normalize;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small model that nobody trained, and rows for it. */
final class SmallScoring {
    static final int BATCH = 16;

    /** 2,048 rows a file: the last of five has less than a batch. */
    static final int ROWS = 4 * 2048 + 7;

    private SmallScoring() {}

    static String data(Path directory, int rows) throws IOException {
        return DrawnData.write(directory, rows, 1);
    }

    static ModelDescription description() {
        List<Double> mean = List.of(0.5, 0.4, 0.6);
        List<Double> std = List.of(0.25, 0.2, 0.3);
        return ModelDescription.of("lenet5", DrawnData.CLASSES, new Shape.Image(3, 32, 32), mean, std)
                .withTransforms(List.of(new Normalize(mean, std)));
    }

    static String model(Path file, long seed) throws IOException {
        Network network = description().build();
        try (OutputStream out = Files.newOutputStream(file)) {
            new StoredModel(description(), 7, network.initialize(seed))
                    .writeSafetensors(out, Safetensors.Precision.F32, true);
        }
        return file.toUri().toString();
    }

    /** SHA-256 of all files but those of the lease, by name. */
    static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(Files::isRegularFile).forEach(file -> {
                try {
                    found.put(file.getFileName().toString(), Sha256.digits(Files.readAllBytes(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return found;
    }
}
