package convoy.worker.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.provided.PixelFunction;
import convoy.worker.data.provided.TransformProvider;
import convoy.worker.provided.Arguments;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that jars bring: what they do, when they are left out, and one line about whatever is wrong with them. */
public final class ProvidedTest {
    private final Path directory;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    ProvidedTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void seeWhatWasSeenBefore() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Adds a number to each pixel, or a drawn one. */
    public static class Lighter implements TransformProvider {
        @Override
        public String name() {
            return "lighter";
        }

        @Override
        public String version() {
            return "1";
        }

        @Override
        public boolean isRandom() {
            return false;
        }

        @Override
        public PixelFunction transform(Arguments arguments) {
            double by = arguments.number("by", 0.25);
            return (picture, random) -> {
                if (by > 1) {
                    throw new IllegalStateException("too\nlight");
                }
                float more = isRandom() ? (float) random.nextDouble() : (float) by;
                for (int i = 0; i < picture.size(); i++) {
                    picture.values()[i] += more;
                }
            };
        }
    }

    /** Draws how much. */
    public static final class Drawing extends Lighter {
        @Override
        public String name() {
            return "drawing";
        }

        @Override
        public boolean isRandom() {
            return true;
        }
    }

    /** Of a later day. */
    public static final class Later extends Lighter {
        @Override
        public String version() {
            return "2";
        }
    }

    private void seeProviders(Class<?>... types) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(
                services.resolve(TransformProvider.class.getName()),
                List.of(types).stream().map(Class::getName).toList());
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
    }

    private static Provided provided(String name, Map<String, String> arguments) {
        return new Provided(name, Optional.empty(), new TreeMap<>(arguments));
    }

    private static float[] painted(Transform step, long draw) throws UndecodableException {
        try (Canvas canvas = Canvas.ofPlanes(1, Normalize.pixels(1).table())) {
            canvas.begin(new byte[] {0, 51, 102, 0}, 0, 4, 2, 2);
            step.apply(canvas, RandomStream.of(1, "augment", 0, draw));
            float[] out = new float[4];
            canvas.paint(out, 0);
            return out;
        }
    }

    @Test
    void itChangesPixelsByItsArgumentsAndTheRowsStreamAlone() throws Exception {
        seeProviders(Lighter.class, Drawing.class);
        assertThat(painted(provided("lighter", Map.of()), 1)).containsExactly(0.25f, 0.45f, 0.65f, 0.25f);
        assertThat(painted(provided("lighter", Map.of("by", "0.5")), 1)).containsExactly(0.5f, 0.7f, 0.9f, 0.5f);
        Provided drawing = provided("drawing", Map.of());
        assertThat(painted(drawing, 3)).isEqualTo(painted(drawing, 3)).isNotEqualTo(painted(drawing, 4));
    }

    @Test
    void whatDrawsIsLeftOutOfAnEvaluation() throws IOException {
        seeProviders(Lighter.class, Drawing.class);
        Provided lighter = provided("lighter", Map.of());
        assertThat(Transforms.of(lighter, provided("drawing", Map.of())).forEvaluation())
                .isEqualTo(Transforms.of(lighter));
        assertThat(Transforms.of(lighter).settled())
                .isEqualTo(Transforms.of(new Provided("lighter", Optional.of("1"), new TreeMap<>())));
    }

    @Test
    void whatCannotBeHadIsRefusedInOneLine() throws IOException {
        Provided first = new Provided("lighter", Optional.of("1"), new TreeMap<>());
        refused(first, "transform lighter: no jar on the class path provides it; give the jar that does with --jars");
        seeProviders(Later.class);
        refused(
                first,
                "transform lighter is there in version 2 (" + Later.class.getName()
                        + "), and version 1 is meant, which makes other pixels: give its jar of then with --jars");
        seeProviders(Lighter.class, Later.class);
        refused(
                first,
                "transform providers " + Lighter.class.getName() + " and " + Later.class.getName()
                        + " are both called lighter: leave the jar of one of them out");
        seeProviders(Lighter.class);
        refused(provided("lighter", Map.of("but", "1")), "transform lighter: but is no argument of it: it has by");
        refused(
                provided("lighter", Map.of("by", "2")),
                "transform lighter (" + Lighter.class.getName()
                        + ") fails at a picture of 1x2x2: IllegalStateException:"
                        + " too; mend its provider, or leave it out");
        assertThatThrownBy(() -> Transforms.of(Normalize.pixels(1), first))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("put it before");
    }

    private static void refused(Provided step, String message) {
        assertThatThrownBy(() -> painted(step, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }
}
