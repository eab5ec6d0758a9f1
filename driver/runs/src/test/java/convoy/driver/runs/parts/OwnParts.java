package convoy.driver.runs.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The example project of the guide, compiled as its own build does it, and what a jar of it would let a thread see. */
final class OwnParts {
    private static final Path PROJECT =
            Path.of(System.getProperty("convoy.root", ".."), "docs", "examples", "own-parts", "src", "main");

    private OwnParts() {}

    /** Compiles it into a folder, and lets whoever asks see the folder beside all else. */
    static ClassLoader compiled(Path into, ClassLoader beside) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of(
                "--release", "17", "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", into.toString()));
        sources(PROJECT.resolve("java")).forEach(file -> arguments.add(file.toString()));
        assertThat(compiler.run(null, null, null, arguments.toArray(new String[0])))
                .as("javac on the example")
                .isZero();
        Path services = Files.createDirectories(into.resolve("META-INF/services"));
        for (Path file : sources(PROJECT.resolve("resources/META-INF/services"))) {
            Files.copy(file, services.resolve(file.getFileName()));
        }
        return new URLClassLoader(new URL[] {into.toUri().toURL()}, beside);
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
