package convoy.parameterserver.files;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

final class FileAccessTest {
    private final IOException full = new IOException("The DiskSpace quota of /runs is exceeded");

    /** As HDFS's do, it remembers what it failed of, and says that again when it is closed. */
    private OutputStream failing() {
        return new FilterOutputStream(OutputStream.nullOutputStream()) {
            @Override
            public void write(int value) throws IOException {
                throw full;
            }

            @Override
            public void close() throws IOException {
                throw full;
            }
        };
    }

    private int write() throws IOException {
        try (OutputStream out = failing()) {
            out.write(1);
            return 1;
        }
    }

    @Test
    void whatAStreamSaysOnceMoreWhenItIsClosedIsWhatItSaid() {
        assertThatThrownBy(this::write)
                .as("by itself")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Self-suppression not permitted");
        assertThatThrownBy(() -> FileAccess.write(this::write)).isSameAs(full);
        assertThatThrownBy(() -> FileAccess.read(this::write)).isSameAs(full);
    }

    @Test
    void whatIsNoFileSystemsStaysAsItIs() {
        IllegalArgumentException other = new IllegalArgumentException("a path with a colon");
        assertThatThrownBy(() -> FileAccess.read(() -> {
                    throw other;
                }))
                .isSameAs(other);
    }
}
