package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.command.Version;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class VersionTest {
    @Test
    void theVersionNamesTheCommitOrSaysThatThereIsNone() {
        Ran ran = Ran.convoy("--version");
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .matches(
                        "convoy [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)? \\((commit [0-9a-f]{7,64}( and changes that are in none)?"
                                + "|of no known commit: built without git, as from a source archive)\\)\n");
        assertThat(Ran.convoy("train", "--version").out()).isEqualTo(ran.out());
    }

    @Test
    void whatTheBuildDidNotKnowIsSaid() {
        Properties build = new Properties();
        assertThat(Version.text(build)).startsWith("convoy of no known version (of no known commit");
        build.setProperty("version", "1.2.3");
        build.setProperty("commit", "");
        assertThat(Version.text(build))
                .isEqualTo("convoy 1.2.3 (of no known commit: built without git, as from a source archive)");
        build.setProperty("commit", "0123456789ab");
        assertThat(Version.text(build)).isEqualTo("convoy 1.2.3 (commit 0123456789ab)");
        build.setProperty("commit", "0123456789ab-dirty");
        assertThat(Version.text(build)).isEqualTo("convoy 1.2.3 (commit 0123456789ab and changes that are in none)");
    }
}
