package convoy.driver.spark.training;

import convoy.driver.membership.Membership;
import convoy.driver.membership.Memory;
import convoy.driver.spark.ConvoyPlugin;
import convoy.driver.spark.ProcessMemory;
import convoy.driver.spark.SparkApplication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * The memory of an application's processes together.
 *
 * @param name of what they are, for a person
 * @param processes so many
 * @param used bytes of all of them
 * @param held bytes of these that are needed
 * @param limit bytes that they may have; of those that are within one container or machine counted once
 */
public record ApplicationMemory(String name, int processes, long used, long held, long limit) {
    private static final String DRIVER = "driver";

    /** {@return whether executors have told of theirs} */
    public static boolean isTold() {
        return ConvoyPlugin.membership()
                .filter(membership -> !membership.memory().isEmpty())
                .isPresent();
    }

    /**
     * {@return what is known of it now: of the executors, and of the driver where it is a process beside them}
     *
     * @param spark the application
     */
    public static List<ApplicationMemory> of(SparkApplication spark) {
        List<Memory> executors =
                ConvoyPlugin.membership().map(Membership::memory).orElse(List.of());
        SparkConf conf = spark.context().getConf();
        List<Memory> driver = spark.isLocal()
                ? List.of()
                : ProcessMemory.here(conf, DRIVER, conf.get("spark.driver.host", "localhost"), false);
        return sums(executors, driver);
    }

    static List<ApplicationMemory> sums(List<Memory> executors, List<Memory> driver) {
        List<ApplicationMemory> sums = new ArrayList<>();
        for (Memory.Kind kind : Memory.Kind.values()) {
            add(sums, of("executors", kind), executors, kind);
            add(sums, of(DRIVER, kind), driver, kind);
        }
        return sums;
    }

    private static String of(String whose, Memory.Kind kind) {
        return switch (kind) {
            case RESIDENT -> "memory of the " + whose;
            case OLD -> "heap of the " + whose;
            case GPU -> "GPUs of the " + whose;
        };
    }

    private static void add(List<ApplicationMemory> sums, String name, List<Memory> all, Memory.Kind kind) {
        List<Memory> such = all.stream().filter(memory -> memory.kind() == kind).toList();
        Map<String, Long> limits = new HashMap<>();
        such.forEach(memory -> limits.merge(memory.within(), memory.limit(), Math::max));
        if (!such.isEmpty()) {
            sums.add(new ApplicationMemory(
                    name,
                    such.size(),
                    such.stream().mapToLong(Memory::used).sum(),
                    such.stream().mapToLong(Memory::held).sum(),
                    limits.values().stream().mapToLong(Long::longValue).sum()));
        }
    }
}
