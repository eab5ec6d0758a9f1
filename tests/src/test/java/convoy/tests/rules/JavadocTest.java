package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Public and protected members say what they are, what goes in, what comes back and which checked exceptions they throw. The compiler looks at
 * what is said ({@code -Xdoclint} in the parent POM); what is not said is looked for here.
 */
final class JavadocTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of(
            "architectures/records",
            "architectures",
            "parameter-server",
            "worker",
            "worker/libtorch",
            "driver",
            "driver/iceberg",
            "jobs");

    @Test
    void whatIsPublicIsDescribed() {
        List<Path> files = MODULES.stream()
                .flatMap(module -> sources(ROOT.resolve(module).resolve("src/main/java")).stream())
                .toList();
        assertThat(Undescribed.in(files)).isEmpty();
    }

    @Test
    void whatIsMissingIsFound(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("Sample.java"), """
                import absent.Library;

                /** A sample. */
                public final class Sample {
                    /** Is described whole. */
                    public Sample() {}

                    public void bare() {}

                    /** Has a parameter and a result. */
                    public int half(int given) {
                        return given / 2;
                    }

                    /** Has a checked exception. */
                    protected void fails() throws java.io.IOException {}

                    /** Is seen in its package alone. */
                    int inside(int given) {
                        return given;
                    }

                    /**
                     * A shape.
                     *
                     * @param height in pixels
                     */
                    public record Shape(int height, int width) {
                        static final int SIDES = 4;

                        public Shape {
                            if (height < 1) {
                                throw new IllegalArgumentException("flat");
                            }
                        }
                    }

                    /** Is seen in its package alone. */
                    record Hidden(int depth) {}
                }
                """);

        assertThat(Undescribed.in(List.of(file)))
                .containsExactlyInAnyOrder(
                        "Sample.java:8: no comment",
                        "Sample.java:11: no @param for given",
                        "Sample.java:11: no @return",
                        "Sample.java:16: no @throws for java.io.IOException",
                        "Sample.java:28: no @param for width");
    }

    private static List<Path> sources(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
