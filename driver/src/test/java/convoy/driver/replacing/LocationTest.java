package convoy.driver.replacing;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.replacing.Location.Relation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocationTest {
    private final Path directory;

    LocationTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
        Files.createDirectories(this.directory.resolve("a/b"));
        Files.createSymbolicLink(this.directory.resolve("link"), this.directory.resolve("a"));
        Files.createSymbolicLink(this.directory.resolve("a/up"), this.directory);
    }

    private static Location at(String uri) {
        return Location.of(new Configuration(), "place", uri);
    }

    private void assertRelation(String one, String other, Relation expected) {
        assertThat(at(directory + one).relation(at(directory + other)))
                .as("%s and %s", one, other)
                .isEqualTo(expected);
        Relation turned =
                switch (expected) {
                    case ABOVE -> Relation.BELOW;
                    case BELOW -> Relation.ABOVE;
                    case SAME, APART -> expected;
                };
        assertThat(at(directory + other).relation(at(directory + one)))
                .as("%s and %s", other, one)
                .isEqualTo(turned);
    }

    @Test
    void linksAndDotsAreFollowed() {
        assertRelation("/a", "/a/", Relation.SAME);
        assertRelation("/a", "/link", Relation.SAME);
        assertRelation("/a", "/link/up/a", Relation.SAME);
        assertRelation("/a", "/a/b/../../a", Relation.SAME);
        assertRelation("/a", "/a/b", Relation.ABOVE);
        assertRelation("/a", "/link/b", Relation.ABOVE);
        assertRelation("/link", "/a/new/er", Relation.ABOVE);
        assertRelation("/link/new", "/a/new/er", Relation.ABOVE);
        assertRelation("", "/link/up/none", Relation.ABOVE);
        assertRelation("/a", "/ab", Relation.APART);
        assertRelation("/a/b", "/a/c", Relation.APART);
        assertRelation("/a/b", "/a/b.importing", Relation.APART);
    }

    @Test
    void everySpellingOfAUriIsTheSame() {
        String path = directory + "/a";
        for (String spelling :
                new String[] {"file:" + path, "file://" + path, "FILE:" + path, "File://" + path + "/"}) {
            assertThat(at(spelling).relation(at(path))).as(spelling).isEqualTo(Relation.SAME);
        }
        Path here = Path.of("").toAbsolutePath();
        assertThat(at("target").relation(at(here.toString()))).isEqualTo(Relation.BELOW);
        assertThat(at("./target/../target").relation(at("target"))).isEqualTo(Relation.SAME);
    }

    /** No NameNode answers; what is compared is the address. */
    @Test
    void hdfsIsTheSameWithAndWithoutItsAuthority() {
        Configuration hadoop = SteppedFileSystem.hadoop();
        hadoop.set("fs.defaultFS", "stepped://One");
        Location plain = Location.of(hadoop, "place", "/data/a");
        assertThat(plain.relation(Location.of(hadoop, "place", "stepped://one/data")))
                .isEqualTo(Relation.BELOW);
        assertThat(plain.relation(Location.of(hadoop, "place", "STEPPED://ONE/data/a/")))
                .isEqualTo(Relation.SAME);
        assertThat(plain.relation(Location.of(hadoop, "place", "stepped://two/data/a")))
                .isEqualTo(Relation.APART);
        assertThat(plain.relation(Location.of(hadoop, "place", "file:///data/a")))
                .isEqualTo(Relation.APART);
    }
}
