package convoy.driver.spark;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where this process's JVM writes what it crashed of, if it does: its option {@code ErrorFile}, else in the directory it works in. */
final class CrashFile {
    private static final String OPTION = "ErrorFile";
    private static final String USUAL = "hs_err_pid%p.log";
    /** Where the JVM writes if it may not there. */
    private static final Path ELSE = Path.of("/tmp");

    private CrashFile() {}

    /** The file as {@code host:path}, for whoever looks for it; empty in a JVM that is no HotSpot. */
    static Optional<String> of(String host) {
        return Optional.ofNullable(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class))
                .map(hotSpot -> hotSpot.getVMOption(OPTION).getValue())
                .map(asked -> host + ":" + path(asked));
    }

    private static Path path(String asked) {
        String pid = Long.toString(ProcessHandle.current().pid());
        String name = (asked.isEmpty() ? USUAL : asked).replace("%p", pid);
        Path here = Path.of(name).toAbsolutePath().normalize();
        return asked.isEmpty() && !Files.isWritable(here.getParent()) ? ELSE.resolve(name) : here;
    }
}
