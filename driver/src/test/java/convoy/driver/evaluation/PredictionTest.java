package convoy.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.evaluation.PictureModel.Guess;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.files.Safetensors;
import convoy.records.BadInputException;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.NetworkLayout;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stored model says of single picture files. */
final class PredictionTest {
    private static final List<String> NAMES = List.of("ape", "bee", "cat \"o\" nine", "dog", "eel", "fox");
    private static final ModelDescription DESCRIPTION = ModelDescription.of(
                    "lenet5", 6, new Shape.Image(1, 32, 32), List.of(0.25), List.of(0.5))
            .with()
            .classNames(NAMES)
            .transforms(List.of(new Pad(2), new Normalize(List.of(0.25), List.of(0.5))))
            .stored(Optional.of(new Shape.Image(1, 28, 28)))
            .build();

    private final Configuration hadoop = new Configuration();
    private final Path directory;
    private final float[] values = DESCRIPTION.build().initialize(3);

    PredictionTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void writeModel() throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
            new StoredModel(DESCRIPTION, 12, values).writeSafetensors(out, Safetensors.Precision.F32, false);
        }
    }

    private String picture(String name, int height, int width) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(height * 1000L + width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, random.nextInt(256));
            }
        }
        Path file = directory.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file.toUri().toString();
    }

    private Prediction open(String model) {
        return Prediction.open(
                hadoop,
                directory.resolve(model).toUri().toString(),
                Optional.empty(),
                new EngineChoice("nd4j", "cpu"),
                Orientation.AS_STORED);
    }

    @Test
    void thePictureIsMadeAndScoredAsInTraining() throws IOException {
        String file = picture("a.png", 28, 28);
        BufferedImage image = ImageIO.read(directory.resolve("a.png").toFile());
        float[] floats = new float[32 * 32];
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                boolean inside = y >= 2 && y < 30 && x >= 2 && x < 30;
                int pixel = inside ? image.getRaster().getSample(x - 2, y - 2, 0) : 0;
                floats[y * 32 + x] = (pixel / 255f - 0.25f) / 0.5f;
            }
        }
        double[] expected = new double[6];
        double sum = 0;
        try (Engine engine =
                Engines.find("nd4j", EngineOptions.cpu().device()).compile(DESCRIPTION.build(), EngineOptions.cpu())) {
            engine.setParameters(values);
            float[] logits = engine.predict(new Batch(1, floats, new int[1]));
            for (int i = 0; i < 6; i++) {
                expected[i] = Math.exp(logits[i]);
                sum += expected[i];
            }
        }
        try (Prediction prediction = open("model.safetensors")) {
            assertThat(prediction.model()).isEqualTo(DESCRIPTION);
            assertThat(prediction.step()).isEqualTo(12);
            List<Guess> all = prediction.predict(file, 10);
            assertThat(all).hasSize(6).extracting(Guess::name).containsExactlyInAnyOrderElementsOf(NAMES);
            for (Guess guess : all) {
                assertThat(guess.name()).isEqualTo(NAMES.get(guess.index()));
                assertThat(guess.probability()).isCloseTo(expected[guess.index()] / sum, within(1e-5));
            }
            assertThat(all.stream().mapToDouble(Guess::probability).sum()).isCloseTo(1, within(1e-9));
            assertThat(all).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
            assertThat(prediction.predict(file, 2)).isEqualTo(all.subList(0, 2));
            assertThat(prediction.predict(picture("large.png", 70, 56), 1))
                    .as("scaled and cropped to 28x28")
                    .hasSize(1);
        }
        try (Prediction prediction = open("")) {
            assertThat(prediction.predict(file, 1)).as("of a directory").hasSize(1);
        }
    }

    @Test
    void namesMayHoldColonsAndFormatsVary() throws IOException {
        hadoop.setClass("fs.file.impl", ForklessLocalFileSystem.class, FileSystem.class);
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
        String plain = picture("plain.png", 28, 28);
        String timed = picture("2026-11-26T18:47:09.png", 28, 28);
        BufferedImage image = ImageIO.read(directory.resolve("plain.png").toFile());
        Path bitmap = directory.resolve("18:47.bmp");
        ImageIO.write(image, "bmp", bitmap.toFile());
        Files.copy(directory.resolve("model.safetensors"), directory.resolve("2026-11-26T18:47:09.safetensors"));
        try (Prediction prediction = open("2026-11-26T18:47:09.safetensors")) {
            List<Guess> expected = prediction.predict(plain, 6);
            assertThat(prediction.predict(timed, 6)).isEqualTo(expected);
            assertThat(prediction.predict(bitmap.toUri().toString(), 6)).isEqualTo(expected);
        }
    }

    /** A picture that lies on its side is told upright only if that is asked for, as at the import of a data set. */
    @Test
    void picturesAreTurnedIfThatIsAskedFor() throws IOException {
        String plain = picture("standing.png", 28, 28);
        BufferedImage standing = ImageIO.read(directory.resolve("standing.png").toFile());
        BufferedImage mirrored = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 28 * 28; i++) {
            mirrored.getRaster()
                    .setSample(27 - i % 28, i / 28, 0, standing.getRaster().getSample(i % 28, i / 28, 0));
        }
        Path file = directory.resolve("mirrored.png");
        ImageIO.write(mirrored, "png", file.toFile());
        byte[] png = Files.readAllBytes(file);
        byte[] chunk = "eXIfMM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0002\0\0\0\0\0\0"
                .getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(chunk);
        Files.write(
                file,
                ByteBuffer.allocate(png.length + 8 + chunk.length)
                        .put(png, 0, 33)
                        .putInt(chunk.length - 4)
                        .put(chunk)
                        .putInt((int) sum.getValue())
                        .put(png, 33, png.length - 33)
                        .array());
        try (Prediction asStored = open("model.safetensors");
                Prediction upright = Prediction.open(
                        hadoop,
                        directory.resolve("model.safetensors").toUri().toString(),
                        Optional.empty(),
                        new EngineChoice("nd4j", "cpu"),
                        Orientation.UPRIGHT)) {
            List<Guess> expected = asStored.predict(plain, 6);
            assertThat(upright.predict(file.toUri().toString(), 6)).isEqualTo(expected);
            assertThat(asStored.predict(file.toUri().toString(), 6)).isNotEqualTo(expected);
        }
    }

    @Test
    void whatIsNoPictureOrNoModelIsOneLine() throws IOException {
        Files.writeString(directory.resolve("text.png"), "not a picture");
        Files.write(directory.resolve("empty.png"), new byte[0]);
        String good = picture("good.png", 28, 28);
        byte[] whole = Files.readAllBytes(directory.resolve("good.png"));
        Files.write(directory.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
        try (Prediction prediction = open("model.safetensors")) {
            for (String bad : List.of("text.png", "empty.png", "cut.png", "absent.png", "")) {
                assertThatThrownBy(() -> prediction.predict(
                                directory.resolve(bad).toUri().toString(), 5))
                        .as(bad)
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining(bad)
                        .hasMessageNotContaining("\n");
            }
            assertThat(prediction.predict(good, 1)).as("and works on").hasSize(1);
        }
        assertThatThrownBy(() -> open("nothing"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nothing")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> Prediction.open(
                        hadoop,
                        directory.resolve("model.safetensors").toUri().toString(),
                        Optional.of("resnet18"),
                        new EngineChoice("nd4j", "cpu"),
                        Orientation.AS_STORED))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is of lenet5, not of resnet18");
        Files.createDirectories(directory.resolve("run/checkpoints"));
        assertThatThrownBy(() -> open("run"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has neither a model.safetensors nor a whole checkpoint");
    }

    @Test
    void aModelThatDoesNotSayHowItsPicturesAreMadeNeedsToBeNamed() throws IOException {
        ModelDescription bare =
                ModelDescription.of("lenet5", 6, new Shape.Image(1, 32, 32), List.of(0.25), List.of(0.5));
        try (OutputStream out = Files.newOutputStream(directory.resolve("bare.safetensors"))) {
            new StoredModel(bare, 1, values).writeSafetensors(out, Safetensors.Precision.F32, false);
        }
        assertThatThrownBy(() -> open("bare.safetensors"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("does not say how its pictures are made");
    }

    /** Weights as torchvision has them: no word of what they are, and ImageNet's normalization. */
    @Test
    void torchvisionsWeightsNeedTheirNameAlone() throws IOException {
        Network squeeze = Catalogue.build("squeezenet1_1", NetworkArguments.defaults());
        try (OutputStream out = Files.newOutputStream(directory.resolve("squeezenet.safetensors"))) {
            Safetensors.write(out, Map.of(), StoredModel.tensors(NetworkLayout.of(squeeze), squeeze.initialize(1)));
        }
        String uri = directory.resolve("squeezenet.safetensors").toUri().toString();
        try (Prediction prediction = Prediction.open(
                hadoop, uri, Optional.of("squeezenet1_1"), new EngineChoice("nd4j", "cpu"), Orientation.AS_STORED)) {
            List<Guess> guesses = prediction.predict(picture("photo.png", 240, 300), 5);
            assertThat(guesses).hasSize(5).allMatch(guess -> guess.name().equals(Integer.toString(guess.index())));
        }
        assertThatThrownBy(() -> Prediction.open(
                        hadoop, uri, Optional.of("lenet5"), new EngineChoice("nd4j", "cpu"), Orientation.AS_STORED))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("--network lenet5 takes 1x");
    }

    @Test
    void whatAModelSaysOfItselfComesBack() {
        SortedMap<String, String> metadata = DESCRIPTION.toMetadata();
        assertThat(ModelDescription.fromMetadata(metadata, "x")).contains(DESCRIPTION);
        metadata.put("convoy.transforms", "[{\"kind\":\"fold\"}]");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(
                        "the file says of itself what cannot be read: convoy.transforms: transforms.0.kind = fold is"
                                + " not one of normalize, pad,");
        metadata.put("convoy.transforms", "[7]");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .hasMessageContaining("transforms.0 = 7 is not one of normalize, pad,");
        metadata.put("convoy.transforms", "[{\"kind\":\"pad\",\"padding\":-3}]");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageNotContaining("\n");
        metadata.put("convoy.transforms", "[]");
        metadata.put("convoy.class-names", "[\"one\"]");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("1 name for 6 classes");
        metadata.put("convoy.class-names", "ape");
        assertThatThrownBy(() -> ModelDescription.fromMetadata(metadata, "the file"))
                .hasMessageContaining("class-names = ape is not a list");
    }
}
