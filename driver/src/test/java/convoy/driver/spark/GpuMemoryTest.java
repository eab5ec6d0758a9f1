package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.membership.Memory;
import convoy.driver.membership.Memory.Kind;
import convoy.parameterserver.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts stand for {@code nvidia-smi}, with lines as driver 550 prints them. */
final class GpuMemoryTest {
    private static final long MEBI = 1L << 20;

    private final Path directory;

    GpuMemoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private GpuMemory memory(String apps, String used, String... gpus) throws IOException {
        Path file = directory.resolve("nvidia-smi");
        Files.writeString(
                file,
                "#!/bin/bash\n[[ \"$*\" == *csv,noheader,nounits* ]] || exit 2\n"
                        + "echo asked >> '" + directory.resolve("asked") + "'\n"
                        + "case \"$*\" in\n"
                        + "*--query-gpu=index,memory.total*) echo '0, 81559'; echo '1, 81559' ;;\n"
                        + "*--query-compute-apps=pid,used_memory*) " + apps + " ;;\n"
                        + "*--query-gpu=index,memory.used*) " + used + " ;;\n"
                        + "*) exit 3 ;;\nesac\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new GpuMemory(file.toString(), List.of(gpus), Clock.system());
    }

    private static Memory gpu(int index, long mebibytes) {
        return new Memory(Kind.GPU, "host GPU " + index, mebibytes * MEBI, mebibytes * MEBI, 81559 * MEBI);
    }

    @Test
    void whatThisProcessHasIsCounted() throws Exception {
        long own = ProcessHandle.current().pid();
        GpuMemory memory = memory("echo '4711, 9000'; echo '" + own + ", 1218'", "exit 9", "1");
        assertThat(memory.here("host")).containsExactly(gpu(1, 1218));
        assertThat(memory.here("host")).containsExactly(gpu(1, 1218));
        assertThat(Files.readAllLines(directory.resolve("asked")))
                .as("asked once, and not twice a second")
                .hasSize(2);
    }

    /** Containers show no processes, or another's numbers of them. */
    @Test
    void whereProcessesAreNotToldApartWhatAllHaveIsCounted() throws Exception {
        assertThat(memory("true", "case \"$*\" in *--id=0*) echo '0, 600' ;; *) echo '1, 700' ;; esac", "0", "1")
                        .here("host"))
                .containsExactly(gpu(0, 600), gpu(1, 700));
    }

    @Test
    void whoDoesNotTellIsNotCounted() throws Exception {
        assertThat(memory("echo '[N/A]'", "echo '0, [Insufficient Permissions]'", "0")
                        .here("host"))
                .isEmpty();
        assertThat(memory("exit 9", "exit 9", "0").here("host")).isEmpty();
        assertThat(new GpuMemory(directory.resolve("none").toString(), List.of("0"), Clock.system()).here("host"))
                .isEmpty();
        assertThat(memory("true", "echo '0, 600'").here("host"))
                .as("an executor without GPUs")
                .isEmpty();
    }

    /** As it does where a card is lost. */
    @Test
    void aProgramThatHangsIsNotWaitedFor() throws Exception {
        long begun = System.nanoTime();
        assertThat(memory("exec sleep 60", "exec sleep 60", "0").here("host")).isEmpty();
        assertThat(System.nanoTime() - begun).isLessThan(30_000_000_000L);
    }
}
