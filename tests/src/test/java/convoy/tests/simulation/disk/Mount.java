package convoy.tests.simulation.disk;

import convoy.tests.virtual.VirtualProcess;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;

/** How one process reaches the disk. */
public final class Mount {
    private static final String KEY = "simulation.mount";
    private static final AtomicLong LAST = new AtomicLong();
    private static final Map<String, Mount> MOUNTS = new ConcurrentHashMap<>();

    private final String name;
    private final Disk disk;
    private final VirtualProcess process;
    private final Weather weather;
    private final boolean renamesInSteps;

    /** What becomes of an operation. */
    public interface Weather {
        /** Lets it be done, or waits, or throws. */
        void before(VirtualProcess process, Operation operation, String path) throws IOException;

        /** It is done. */
        void after(VirtualProcess process, Operation operation, String path) throws IOException;
    }

    /**
     * Mounts a disk for as long as the process lives.
     *
     * @param renamesInSteps whether renaming is copying and deleting, as on object stores
     */
    public Mount(Disk disk, VirtualProcess process, Weather weather, boolean renamesInSteps) {
        this.name = Long.toString(LAST.incrementAndGet());
        this.disk = disk;
        this.process = process;
        this.weather = weather;
        this.renamesInSteps = renamesInSteps;
        MOUNTS.put(name, this);
    }

    /** Forgets it. */
    public void unmount() {
        MOUNTS.remove(name);
    }

    /** How the process reaches {@code memory:///}. */
    public Configuration hadoop() {
        Configuration hadoop = new Configuration(false);
        hadoop.set("fs.memory.impl", (renamesInSteps ? MemoryFileSystem.class : OverwritingFileSystem.class).getName());
        hadoop.setBoolean("fs.memory.impl.disable.cache", true);
        hadoop.set(KEY, name);
        return hadoop;
    }

    static Mount of(Configuration hadoop) throws IOException {
        Mount mount = MOUNTS.get(hadoop.get(KEY, ""));
        if (mount == null) {
            throw new IOException("nothing is mounted");
        }
        return mount;
    }

    Disk disk() {
        return disk;
    }

    VirtualProcess process() {
        return process;
    }

    boolean renamesInSteps() {
        return renamesInSteps;
    }

    void before(Operation operation, String path) throws IOException {
        process.requireLife();
        weather.before(process, operation, path);
        process.requireLife();
    }

    void after(Operation operation, String path) throws IOException {
        weather.after(process, operation, path);
        process.requireLife();
    }
}
