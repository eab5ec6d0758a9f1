package convoy.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages count is as many as there are. */
final class PagesTest {
    private static final Pattern NETWORKS = Pattern.compile("\\b([0-9]+) (?:convolutional )?networks\\b");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "CHANGELOG.md", "docs/index.md"})
    void aPageSaysHowManyNetworksThereAre(String page) throws IOException {
        assertThat(NETWORKS.matcher(Files.readString(Path.of("..").resolve(page)))
                        .results())
                .extracting((MatchResult said) -> said.group(1))
                .as("networks by name, in %s", page)
                .isNotEmpty()
                .containsOnly(Integer.toString(Catalogue.all().size()));
    }
}
