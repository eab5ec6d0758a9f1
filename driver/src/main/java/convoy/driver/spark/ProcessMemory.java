package convoy.driver.spark;

import com.sun.management.OperatingSystemMXBean;
import convoy.driver.membership.Memory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;

/** The memory of this process, as the system and the JVM count it. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long LEAST_OVERHEAD = 384L << 20;
    private static final double OVERHEAD = 0.1;

    private ProcessMemory() {}

    /**
     * {@return what this process has now}
     *
     * @param conf of the application
     * @param process its name among those of the application
     * @param host its machine's
     * @param executor whether it is an executor, whose container has what Spark asked for
     */
    public static List<Memory> here(SparkConf conf, String process, String host, boolean executor) {
        List<Memory> memory = new ArrayList<>();
        boolean contained = executor && isContained(conf);
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        long old = old();
        resident()
                .ifPresent(bytes -> memory.add(new Memory(
                        Memory.Kind.RESIDENT,
                        contained ? process : host,
                        bytes,
                        Math.max(0, bytes - heap) + old,
                        contained ? Math.min(container(conf), machine()) : machine())));
        memory.add(new Memory(
                Memory.Kind.OLD, process, old, old, Runtime.getRuntime().maxMemory()));
        return memory;
    }

    /** Elsewhere nobody holds a process to what it was asked to have beside its heap. */
    private static boolean isContained(SparkConf conf) {
        String master = conf.get("spark.master", "");
        return master.equals("yarn") || master.startsWith("k8s");
    }

    /** What a resource manager gives an executor, by Spark's defaults where nothing is said. */
    static long container(SparkConf conf) {
        long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
        long overhead = conf.contains("spark.executor.memoryOverhead")
                ? conf.getSizeAsMb("spark.executor.memoryOverhead") << 20
                : Math.max(LEAST_OVERHEAD, (long)
                        (heap * conf.getDouble("spark.executor.memoryOverheadFactor", OVERHEAD)));
        return heap + overhead;
    }

    /** The machine's, or what its container is given of it. */
    private static long machine() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** Empty where the system does not say it: what else is said of this process is said all the same. */
    private static OptionalLong resident() {
        try {
            return Files.isReadable(STATUS) ? resident(Files.readString(STATUS)) : OptionalLong.empty();
        } catch (IOException unreadable) {
            return OptionalLong.empty();
        }
    }

    /** Of the text of {@code /proc/self/status}. */
    static OptionalLong resident(String status) {
        return status.lines()
                .filter(line -> line.matches("VmRSS:\\s+\\d{1,15} kB"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst();
    }

    private static long old() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool ->
                        pool.getName().contains("Old Gen") || pool.getName().contains("Tenured"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
