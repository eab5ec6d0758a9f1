package convoy.driver.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles are added by the names of classes, and kept under fingerprints. */
final class ProfileTest {
    private static ClassProfile of(String name, long rows, int value) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(256, 0L));
        counts.set(value, 4 * rows);
        return new ClassProfile(name, rows, List.of(counts));
    }

    private static DataProfile profile(ClassProfile... classes) {
        List<Long> sizes = new ArrayList<>(Collections.nCopies(32, 0L));
        sizes.set(2, List.of(classes).stream().mapToLong(ClassProfile::rows).sum());
        return new DataProfile(1, List.of(classes), sizes);
    }

    @Test
    void profilesAreAddedByNames() {
        DataProfile sum = profile(of("cat", 2, 10), of("dog", 3, 20)).plus(profile(of("dog", 5, 20), of("fox", 1, 30)));
        assertThat(sum).isEqualTo(profile(of("cat", 2, 10), of("dog", 8, 20), of("fox", 1, 30)));
        assertThat(sum.rows()).isEqualTo(11);
        assertThat(sum.of("owl").rows()).isZero();
        DataProfile coloured = new DataProfile(3, List.of(), Collections.nCopies(32, 0L));
        assertThatThrownBy(() -> sum.plus(coloured))
                .isInstanceOf(BadInputException.class)
                .hasMessage("pictures of 1 channel and of 3 cannot be counted together: import all data sets alike");
    }

    @Test
    void whatIsKeptIsReadBack(@TempDir Path directory) throws Exception {
        ProfileStore store = new ProfileStore(new Configuration(), directory.toUri() + "profiles");
        assertThat(store.read("sha256:ab")).isEmpty();
        DataProfile profile = profile(of("cat", 2, 10), of("dog", 3, 20));
        store.write("sha256:ab", profile(of("cat", 1, 1)));
        store.write("sha256:ab", profile);
        assertThat(store.read("sha256:ab")).contains(profile);
        assertThat(store.read("sha256:cd")).isEmpty();
        try (var files = Files.list(directory.resolve("profiles"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactly(Sha256.digits("sha256:ab") + ".json");
        }
    }

    @Test
    void aBrokenProfileIsRefusedWithTheRemedy(@TempDir Path directory) throws Exception {
        ProfileStore store =
                new ProfileStore(new Configuration(), directory.toUri().toString());
        store.write("sha256:ab", profile(of("cat", 2, 10)));
        Path file = directory.resolve(Sha256.digits("sha256:ab") + ".json");
        String text = Files.readString(file);
        assertThat(text).contains("\"format\" : 1").contains("\"data-set\" : \"sha256:ab\"");
        for (String broken : List.of(
                text.substring(0, text.length() / 2),
                text.replace("\"format\" : 1", "\"format\" : 2"),
                text.replace("\"rows\" : 2", "\"rows\" : -2"),
                text.replace("\"channels\" : 1", "\"channels\" : 3"),
                text.replace("sha256:ab", "sha256:ef"))) {
            assertThat(broken).isNotEqualTo(text);
            Files.writeString(file, broken);
            assertThatThrownBy(() -> store.read("sha256:ab"))
                    .as(broken)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("remove it")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void countsOfTheWrongNumberAreRefused() {
        assertThatThrownBy(() -> new ClassProfile("cat", 1, List.of(List.of(1L, 2L))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("channels has 2 counts in a channel, not 256: count them again");
        assertThatThrownBy(() -> new DataProfile(1, List.of(), List.of(1L)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("sizes has 1 count, not 32: count them again");
    }
}
