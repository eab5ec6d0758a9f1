package convoy.driver.lease;

import convoy.driver.coordination.TrainingFailedException;
import convoy.parameterserver.time.Clock;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One driver's hold on a directory: a run, a study, a registry. It has an epoch that is higher than that of everybody before, gives a
 * sign of life again and again, and tells before every change whether another has taken the directory over. What may still happen then is
 * the one call to the file system that was under way; decision 37 says why that does no harm.
 *
 * <p>Safe for use by several threads.
 */
public final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** Where claims lie in the directory. */
    public static final String FOLDER = ".lease";

    private final Claims claims;
    private final Claim mine;
    private final String what;
    private final ScheduledExecutorService signs;

    /** For the signs' thread. */
    private long signed;

    private volatile boolean lost;
    private volatile boolean closed;

    private Lease(Claims claims, Claim mine, String what, Clock clock) {
        this.claims = claims;
        this.mine = mine;
        this.what = what;
        this.signs = clock.timer("convoy-lease");
        long pause = Contest.SIGN.toMillis();
        Future<?> unused = signs.scheduleWithFixedDelay(this::sign, pause, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * What is to be held.
     *
     * @param files without a guard
     * @param directory that one driver at a time may change
     * @param what it is, as "run 'x'", for messages
     * @param floor an epoch that the lease's is above even where {@link #FOLDER} was removed: the highest that names in the directory have
     */
    public record Territory(FileSystem files, Path directory, String what, long floor) {
        /**
         * What is held by nobody whose epoch the directory's names would show.
         *
         * @param files without a guard
         * @param directory that one driver at a time may change
         * @param what it is, as "run 'x'", for messages
         */
        public Territory(FileSystem files, Path directory, String what) {
            this(files, directory, what, 0);
        }
    }

    /**
     * Takes a directory that nobody holds, or whose holder is dead. That is known at once of a process of this machine, and else once its
     * signs have not changed for 20 s.
     *
     * @param territory what is to be held
     * @param clock by which signs of life are given and waited for
     * @param number that no other driver has given
     * @param notices hears of a wait
     * @return the lease, which gives signs of life until it is closed
     * @throws HeldByAnotherException if somebody holds it and lives
     * @throws IOException if the file system fails
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public static Lease take(Territory territory, Clock clock, long number, Consumer<String> notices)
            throws IOException, InterruptedException {
        return take(territory, clock, number, notices, Holder::isGone);
    }

    /** The same with another knowledge of who is gone. */
    static Lease take(Territory territory, Clock clock, long number, Consumer<String> notices, Predicate<Holder> gone)
            throws IOException, InterruptedException {
        Claims claims = new Claims(territory.files(), new Path(territory.directory(), FOLDER));
        Contest contest = new Contest(claims, territory, clock, gone, notices);
        return new Lease(claims, contest.win(Holder.here(clock.now()), number), territory.what(), clock);
    }

    /** {@return a number that is higher than that of everybody who held the directory before} */
    public long epoch() {
        return mine.epoch();
    }

    /**
     * Looks whether the directory is still held; to be asked before every change.
     *
     * @throws TrainingFailedException if another has taken it over
     * @throws IOException if that cannot be told now
     */
    public void require() throws IOException {
        if (closed) {
            throw new IllegalStateException(what + " was let go of");
        }
        look();
        requireNotLost();
    }

    /**
     * The same of what is known without looking: the signs' thread has looked a moment ago.
     *
     * @throws TrainingFailedException if another has taken it over
     */
    public void requireNotLost() {
        if (lost) {
            throw new TrainingFailedException(what + " was taken over by " + successor()
                    + ", after no sign of this driver's, with epoch " + mine.epoch() + ", had been seen for "
                    + Contest.SILENCE.toSeconds()
                    + " s: this one was stopped for a while, or could not write there; it changes nothing any more");
        }
    }

    private void look() throws IOException {
        if (!lost) {
            List<Claim> now = claims.list();
            // A missing claim of one's own was removed by whoever came after.
            lost = now.stream().noneMatch(mine::isSameAs)
                    || now.stream().anyMatch(claim -> claim.epoch() > mine.epoch());
        }
    }

    private String successor() {
        try {
            List<Claim> now = claims.list();
            Optional<Holder> holder = now.isEmpty() ? Optional.empty() : claims.holder(now.get(now.size() - 1));
            return holder.map(Holder::describe).orElse("another driver");
        } catch (IOException unreadable) {
            return "another driver";
        }
    }

    private void sign() {
        try {
            look();
            if (!lost) {
                signed++;
                claims.sign(mine, signed);
            }
        } catch (IOException | RuntimeException | Error failure) {
            // The next one may be written. If none is for long, somebody else may take the directory, which is noticed.
            LOG.warn("No sign of life was written for {}: {}", what, failure.toString());
        }
    }

    /** Lets go, so that the next one need not wait. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        signs.shutdownNow();
        try {
            look();
            if (!lost) {
                claims.end(mine);
            }
        } catch (IOException | RuntimeException failure) {
            LOG.warn(
                    "The next one who wants {} has to wait for {} s: {}",
                    what,
                    Contest.SILENCE.toSeconds(),
                    failure.toString());
        }
    }
}
