package convoy.parameterserver.transport;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that no process waits for, with numbered names. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** A factory of threads {@code name-0}, {@code name-1}, … */
    public static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
