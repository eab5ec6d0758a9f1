package convoy.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class UrisTest {
    /** Tests before this one, in the same process, may have asked for Hadoop's own local file system, which is kept. */
    @BeforeAll
    static void forgetFileSystems() throws IOException {
        FileSystem.closeAll();
    }

    /** As screenshots are called: what stands before the first colon looks like a scheme. */
    @Test
    void aFileHereMayHaveATimeOfDayInItsName() throws IOException {
        for (String name : new String[] {"2026-11-26T18:47:09.yaml", "IMG:1.yaml"}) {
            Path file = Path.of(name);
            Files.writeString(file, "workers: 2");
            try {
                assertThat(Uris.local(name)).isEqualTo("file:" + file.toAbsolutePath());
                assertThat(Uris.read(name, Uris.hadoop())).isEqualTo("workers: 2");
            } finally {
                Files.delete(file);
            }
        }
    }

    @Test
    void whatIsNoUriAndNoFileIsRefused() {
        assertThatThrownBy(() -> Uris.read("IMG:1.yaml", new Configuration()))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("address IMG:1.yaml is no address");
    }
}
