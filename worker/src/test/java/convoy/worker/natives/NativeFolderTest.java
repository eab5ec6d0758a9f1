package convoy.worker.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class NativeFolderTest {
    private static final String MOUNTS = """
            /dev/vda / ext4 rw,relatime 0 0
            tmpfs /tmp tmpfs rw,nosuid,noexec 0 0
            /dev/vdb /home ext4 rw,noexec,relatime 0 0
            tmpfs /home/a\\040b tmpfs rw 0 0
            tmpfs /twice tmpfs rw,noexec 0 0
            tmpfs /twice tmpfs rw 0 0
            """;

    @Test
    void theMountThatForbidsIsTheInnermostAndTheLast() {
        assertThat(NativeFolder.forbidding(Path.of("/tmp/.javacpp"), MOUNTS)).contains(Path.of("/tmp"));
        assertThat(NativeFolder.forbidding(Path.of("/home/c/.javacpp"), MOUNTS)).contains(Path.of("/home"));
        assertThat(NativeFolder.forbidding(Path.of("/home/a b/.javacpp"), MOUNTS))
                .isEmpty();
        assertThat(NativeFolder.forbidding(Path.of("/twice/x"), MOUNTS)).isEmpty();
        assertThat(NativeFolder.forbidding(Path.of("/tmpfs"), MOUNTS)).isEmpty();
        assertThat(NativeFolder.forbidding(Path.of("/x"), "")).isEmpty();
    }

    @Test
    void theLineNamesTheFolderTheMountAndTheSettings() {
        assertThat(NativeFolder.refusal(Path.of("/home/c/.javacpp"), Path.of("/home")))
                .startsWith("native libraries cannot be loaded from /home/c/.javacpp, as /home is mounted noexec")
                .contains("CONVOY_CACHE=DIR", "-Dorg.bytedeco.javacpp.cachedir=DIR");
    }

    @Test
    void aFailureElsewhereIsNotTakenForIt() {
        assertThat(NativeFolder.complaint(new UnsatisfiedLinkError("no such library")))
                .as("this machine's folder can be run from")
                .isEmpty();
    }
}
