package convoy.driver.lease;

import convoy.parameterserver.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How a driver comes to hold a directory. It waits until everybody before it is done or dead, writes a claim with a higher epoch, and
 * looks again: if a claim that it has not found done or dead is there, it takes its own back and begins anew. Of two that do this at the
 * same time at most one does not see the other, since each writes before it looks.
 *
 * <p>Dead is whose process this machine knows to be gone, and whose signs have not changed for {@link #SILENCE} by this driver's own
 * clock, whatever time it is elsewhere.
 */
final class Contest {
    /** Between two signs of life. */
    static final Duration SIGN = Duration.ofSeconds(2);

    /** Who gives no sign for so long counts as dead: many signs, so that a pause of the collector or of HDFS is survived. */
    static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Duration LOOK = Duration.ofMillis(250);

    private final Claims claims;
    private final String what;
    private final long floor;
    private final Clock clock;
    private final Predicate<Holder> gone;
    private final Consumer<String> notices;
    private final Map<String, Watched> watched = new HashMap<>();
    private boolean told;

    /**
     * A sign and how long it has been the newest.
     *
     * @param firstSeen by this driver's clock
     */
    private record Watched(long sign, long firstSeen) {}

    /**
     * @param territory what is claimed
     * @param gone whether a process is known to be no more
     * @param notices hears why it takes long
     */
    Contest(Claims claims, Lease.Territory territory, Clock clock, Predicate<Holder> gone, Consumer<String> notices) {
        this.claims = claims;
        this.what = territory.what();
        this.floor = territory.floor();
        this.clock = clock;
        this.gone = gone;
        this.notices = notices;
    }

    /**
     * Wins, and removes what is left of those before.
     *
     * @param number another for every contest
     * @throws HeldByAnotherException if somebody holds it and lives
     */
    Claim win(Holder self, long number) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            List<Claim> before = awaitFree();
            long epoch = 1
                    + Math.max(
                            floor, before.stream().mapToLong(Claim::epoch).max().orElse(0));
            Claim mine = Claim.of(epoch, number);
            if (isWonWith(mine, self, before)) {
                for (Claim old : before) {
                    claims.remove(old);
                }
                return mine;
            }
            claims.remove(mine);
            // Those who met go apart: their numbers differ.
            clock.pause(Duration.ofMillis(50 + Math.floorMod(number >> attempt % 48, 500)));
        }
    }

    private boolean isWonWith(Claim mine, Holder self, List<Claim> before) throws IOException {
        try {
            claims.make(mine, self);
            List<Claim> now = claims.list();
            return now.stream().anyMatch(mine::isSameAs)
                    && now.stream()
                            .filter(claim -> !claim.isSameAs(mine))
                            .allMatch(claim -> claim.epoch() < mine.epoch() && isFree(claim, before));
        } catch (IOException | RuntimeException | Error failure) {
            // Else whoever comes next would have to wait for it.
            claims.remove(mine);
            throw failure;
        }
    }

    /** Whether a claim is done, or is as dead as it was. */
    private static boolean isFree(Claim claim, List<Claim> dead) {
        return claim.over() || dead.contains(claim);
    }

    /** Waits until all claims are done or dead, and returns them. */
    private List<Claim> awaitFree() throws IOException, InterruptedException {
        while (true) {
            List<Claim> found = claims.list();
            Optional<Claim> perhaps = Optional.empty();
            for (Claim claim : found) {
                if (!claim.over() && !isDead(claim)) {
                    perhaps = Optional.of(claim);
                }
            }
            if (perhaps.isEmpty()) {
                return found;
            }
            if (!told) {
                told = true;
                notices.accept(what + " is held by " + describe(perhaps.get())
                        + ", of whom it is not known here whether it lives: watching its signs, at most "
                        + SILENCE.toSeconds() + " s");
            }
            clock.pause(LOOK);
        }
    }

    private boolean isDead(Claim claim) throws IOException {
        Optional<Holder> holder = claims.holder(claim);
        if (holder.filter(gone).isPresent()) {
            return true;
        }
        long now = clock.nanoTime();
        Watched seen = watched.computeIfAbsent(claim.name(), any -> new Watched(claim.sign(), now));
        if (seen.sign() != claim.sign()) {
            throw new HeldByAnotherException(what + " is held by " + describe(claim)
                    + ", which lives: wait for its end, or end it and give the same command again");
        }
        return now - seen.firstSeen() >= SILENCE.toNanos();
    }

    private String describe(Claim claim) throws IOException {
        return claims.holder(claim).map(Holder::describe).orElse("a process that did not say which");
    }
}
