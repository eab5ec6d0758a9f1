package convoy.worker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as people write them. */
final class StorageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file:///a%20b            | /a b",
                "file:/a%20b/c%2Fd        | /a b/c/d",
                "hdfs://h:8020/caf%C3%A9  | /café",
                "hdfs://h/100%25          | /100%",
                "file:///a b              | /a b",
                "s3a://bucket/%E7%8C%AB.x | /猫.x",
                "/a%20b                   | /a%20b",
                "data/100%                | data/100%",
            })
    void behindASchemeEscapesAreDecodedAsInAnyUri(String uri, String path) {
        Path read = Storage.path("source", uri);
        assertThat(read.toUri().getPath()).isEqualTo(path);
        assertThat(Storage.path("source", Storage.uri(read))).isEqualTo(read);
    }

    @Test
    void aKeyInFrontOfABucketStaysAsItIs() {
        assertThat(Storage.path("source", "s3a://a%2Fb@bucket/x%20y").toString())
                .contains("a%2Fb")
                .endsWith("/x y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///100%", "file:///a%2", "hdfs://h/a%zz", "file:///a%FF"})
    void anEscapeThatIsNoneIsToldAsOne(String uri) {
        assertThatThrownBy(() -> Storage.path("source", uri))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("source " + uri + " is no address (")
                .hasMessageFindingMatch("a % itself is written %25|no UTF-8")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "~/runs"})
    void nothingIsEverMadeThatIsCalledTilde(String uri) {
        assertThatThrownBy(() -> Storage.path("runs", uri))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("~ is the home directory in a shell alone");
    }

    @Test
    void whatIsNotFoundIsSaidToBeMissingWhereItWasLookedFor() throws IOException {
        try (FileSystem elsewhere = new Elsewhere()) {
            elsewhere.initialize(elsewhere.getUri(), new Configuration());
            assertThat(Storage.explained(elsewhere, "source", new Path("vv"), new FileNotFoundException()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("source vv (elsewhere://h/user/x/vv) does not exist: check the address");
            assertThat(Storage.explained(elsewhere, "source", new Path("/vv"), new FileNotFoundException()))
                    .hasMessage("source /vv (elsewhere://h/vv) does not exist: check the address");
            assertThat(Storage.explained(
                            elsewhere, "source", new Path("elsewhere://h/vv"), new FileNotFoundException()))
                    .hasMessage("source elsewhere://h/vv does not exist: check the address");
        }
    }

    /** A file system that is not this machine's, as HDFS. */
    private static final class Elsewhere extends RawLocalFileSystem {
        @Override
        public java.net.URI getUri() {
            return java.net.URI.create("elsewhere://h");
        }

        @Override
        public Path getWorkingDirectory() {
            return new Path("elsewhere://h/user/x");
        }
    }

    @Test
    void aTildeIsTheHomeDirectory() {
        String home = System.getProperty("user.home");
        assertThat(HomeDirectory.uri("runs", "~/a b/100%")).isEqualTo("file://" + home + "/a%20b/100%25");
        assertThat(Storage.path("runs", HomeDirectory.uri("runs", "~/a b/100%")))
                .isEqualTo(new Path("file", "", home + "/a b/100%"));
        assertThat(HomeDirectory.uri("runs", "~")).isEqualTo("file://" + home);
        for (String other : Arrays.asList("runs", "./~/x", "file:///~/x", "hdfs://h/~")) {
            assertThat(HomeDirectory.uri("runs", other)).isEqualTo(other);
        }
        assertThat(HomeDirectory.word("~/x")).isEqualTo(home + "/x");
        assertThat(HomeDirectory.word("--to=~/x y")).isEqualTo("--to=" + home + "/x y");
        assertThat(HomeDirectory.word("--set=name=~")).isEqualTo("--set=name=~");
        assertThat(HomeDirectory.word("a~")).isEqualTo("a~");
    }

    @Test
    void anotherUsersHomeAndNoHomeAreRefused() {
        assertThatThrownBy(() -> HomeDirectory.uri("runs", "~anna/runs"))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("runs = ~anna/runs: ~anna would be the home directory of another user")
                .hasMessageEndingWith("or ./~anna/runs for what is called so here");
        for (String home : Arrays.asList("?", "")) {
            assertThatThrownBy(() -> HomeDirectory.expanded("runs", "~/runs", home))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("there is no home directory");
        }
    }
}
