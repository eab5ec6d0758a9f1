package convoy.worker.engine.libtorch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this process has in memory, where a leak outside the heap shows. */
public final class ResidentMemory {
    private static final int PAGE_BYTES = 4096;

    private ResidentMemory() {}

    /** In MiB, rounded down. */
    public static long mebibytes() throws IOException {
        String resident = List.of(Files.readString(Path.of("/proc/self/statm")).split(" ", -1))
                .get(1);
        return (Long.parseLong(resident) * PAGE_BYTES) >> 20;
    }
}
