package convoy.tests.simulation;

import convoy.tests.simulation.disk.Mount;
import convoy.tests.simulation.disk.Operation;
import convoy.tests.virtual.Actor;
import convoy.tests.virtual.VirtualProcess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What becomes of what processes ask of the file system. */
final class Skies implements Mount.Weather {
    /** In every failure that is made here. */
    static final String MARK = "the simulated disk";

    private final Checks checks;
    private final List<Trap> traps = new ArrayList<>();
    private long failsUntil;
    private boolean onlyChanges;
    private long stallsUntil;
    private int changesToRefusal = -1;

    /** What waits for a change by some process. */
    private static final class Trap {
        private final Predicate<VirtualProcess> of;
        private final Optional<Duration> pause;
        private final boolean done;
        private int changes;

        /** @param pause empty: it is killed */
        Trap(Predicate<VirtualProcess> of, int changes, Optional<Duration> pause, boolean done) {
            this.of = of;
            this.changes = changes;
            this.pause = pause;
            this.done = done;
        }
    }

    Skies(Checks checks) {
        this.checks = checks;
    }

    /** Kills a process at one of its changes, before it or just after. */
    void killAt(Predicate<VirtualProcess> of, int changes, boolean done) {
        traps.add(new Trap(of, changes, Optional.empty(), done));
    }

    /** Stops a process just before one of its changes. */
    void pauseAt(Predicate<VirtualProcess> of, int changes, Duration pause) {
        traps.add(new Trap(of, changes, Optional.of(pause), false));
    }

    void fail(long until, boolean changesAlone) {
        failsUntil = until;
        onlyChanges = changesAlone;
    }

    void stall(long until) {
        stallsUntil = until;
    }

    void refuseAfter(int changes) {
        changesToRefusal = changes;
    }

    @Override
    public void before(VirtualProcess process, Operation operation, String path) throws IOException {
        boolean waited = process.nanoTime() < stallsUntil && pause(process, stallsUntil - process.nanoTime());
        boolean writes = operation.changes() || operation == Operation.WRITE;
        if (process.nanoTime() < failsUntil && (writes || !onlyChanges)) {
            throw new IOException(MARK + " is away");
        }
        if (operation.changes()) {
            if (changesToRefusal >= 0 && changesToRefusal-- == 0) {
                throw new IOException(MARK + " refuses to " + operation + " " + path);
            }
            waited |= trip(process, false);
        }
        if (!waited) {
            checks.before(process, operation, path);
        }
    }

    /** Whether it was held up meanwhile. */
    private boolean trip(VirtualProcess process, boolean done) throws IOException {
        boolean waited = false;
        for (Trap trap : List.copyOf(traps)) {
            if (trap.done == done && trap.of.test(process) && trap.changes-- == 0) {
                traps.remove(trap);
                if (trap.pause.isEmpty()) {
                    throw process.die();
                }
                process.stop(trap.pause.get());
                waited |= pause(process, trap.pause.get().toNanos());
            }
        }
        return waited;
    }

    /** An event cannot wait: for it the file system is fast. */
    private static boolean pause(VirtualProcess process, long nanos) throws IOException {
        if (!Actor.isCurrent()) {
            return false;
        }
        try {
            process.pause(Duration.ofMillis(1 + nanos / 1_000_000));
            return true;
        } catch (InterruptedException ended) {
            throw new InterruptedIOException("the thread is to end");
        }
    }

    @Override
    public void after(VirtualProcess process, Operation operation, String path) throws IOException {
        checks.after(process, operation, path);
        boolean unused = trip(process, true);
    }
}
