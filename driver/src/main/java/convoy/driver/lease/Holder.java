package convoy.driver.lease;

import convoy.records.StoredFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that asks for a directory.
 *
 * @param host its name, for people
 * @param process its number there
 * @param since when it asked, by its own clock, for people
 * @param machine of the kernel that runs it: its boot and its room of process numbers, since names of hosts may be given twice; empty
 *     if it cannot tell
 * @param begun when the process began, in ticks since that boot, since numbers of processes are given again
 */
record Holder(String host, long process, String since, String machine, long begun) {
    static final StoredFormat<Holder> FORMAT = new StoredFormat<>(Holder.class, 1).orUnsaid();

    private static final Path PROCESSES = Path.of("/proc");
    private static final Path BOOT = PROCESSES.resolve("sys/kernel/random/boot_id");

    /** This process. */
    static Holder here(Instant now) {
        long process = ProcessHandle.current().pid();
        return new Holder(
                hostName(),
                process,
                now.toString(),
                kernel(),
                stat(process).map(Stat::begun).orElse(-1L));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private static String kernel() {
        try {
            return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(PROCESSES.resolve("self/ns/pid"));
        } catch (IOException untold) {
            return "";
        }
    }

    /** Whether this machine can tell that the process is no more. False means that nothing is known. */
    boolean isGone() {
        return !machine.isEmpty()
                && machine.equals(kernel())
                && begun >= 0
                && stat(process).filter(now -> now.begun == begun && !now.ended).isEmpty();
    }

    /** For a message. */
    String describe() {
        return "process " + process + " on " + host + " since " + since;
    }

    /**
     * What the kernel says of a process.
     *
     * @param ended whether it only waits for its parent to hear of its end
     */
    private record Stat(long begun, boolean ended) {}

    /** Reads {@code /proc/N/stat}, whose fields 3 and 22 are the state and the time of its beginning (proc(5)). */
    private static Optional<Stat> stat(long process) {
        try {
            String line = Files.readString(PROCESSES.resolve(process + "/stat"));
            // The second field is a name in brackets, which may hold anything.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(new Stat(Long.parseLong(fields[19]), fields[0].equals("Z") || fields[0].equals("X")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
