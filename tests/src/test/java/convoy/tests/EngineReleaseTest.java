package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A manifest names the release that computed: the one that the build takes. */
final class EngineReleaseTest {
    @ParameterizedTest
    @CsvSource({"nd4j, dl4j.version", "libtorch, pytorch.version"})
    void anEngineNamesTheReleaseThatIsBuiltWith(String engine, String property) throws IOException {
        String pom = Files.readString(Path.of(System.getProperty("convoy.root", ".."), "pom.xml"));
        assertThat(pom).contains("<" + property + ">" + Engines.release(engine).orElseThrow() + "</" + property + ">");
    }
}
