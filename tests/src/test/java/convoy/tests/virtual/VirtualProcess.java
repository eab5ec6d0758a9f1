package convoy.tests.virtual;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** A process: its clock and its threads, and all that happens in it, until it is killed. */
public final class VirtualProcess implements Clock {
    /**
     * Threads whose tasks may wait, for the driver or for files, and are actors. Those of others are events, which are a hundred times
     * as cheap.
     */
    private static final Set<String> WAITING =
            Set.of("convoy-heartbeat", "convoy-storage", "convoy-metrics", "convoy-lease");

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualTime time;
    private final String name;
    private final Supplier<Duration> queueing;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Runnable> mourners = new ArrayList<>();
    private boolean dead;
    private long stoppedUntil;
    private Duration wrong = Duration.ZERO;

    public VirtualProcess(VirtualTime time, String name) {
        this(time, name, () -> Duration.ZERO);
    }

    /** @param queueing how long a pool's task waits for its thread */
    public VirtualProcess(VirtualTime time, String name, Supplier<Duration> queueing) {
        this.time = time;
        this.name = name;
        this.queueing = queueing;
    }

    public String name() {
        return name;
    }

    public boolean isDead() {
        return dead;
    }

    /** Begins a thread that may wait. */
    public Actor start(String thread, Actor.Body body) {
        actors.removeIf(Actor::isOver);
        Actor actor = new Actor(name + ", " + thread, body);
        actors.add(actor);
        time.begin(actor);
        return actor;
    }

    /** Has something happen in it, a time from now, if it lives then. */
    public void after(Duration delay, Runnable action) {
        time.after(delay, () -> {
            if (time.now() < stoppedUntil) {
                after(Duration.ofNanos(stoppedUntil - time.now()), action);
            } else if (!dead) {
                try {
                    action.run();
                } catch (Killed end) {
                    requireDeath(end);
                }
            }
        });
    }

    /** Stops it for a while, as SIGSTOP does. What would happen in it meanwhile happens then, in the same order. */
    public void stop(Duration pause) {
        stoppedUntil = time.now() + pause.toNanos();
    }

    /** Has {@code action} done once it is dead. */
    public void onDeath(Runnable action) {
        mourners.add(action);
    }

    /** Ends it as SIGKILL does: nothing more happens in it. For an event, which no thread of its runs. */
    public void kill() {
        if (!dead) {
            dead = true;
            bury();
        }
    }

    private void bury() {
        List.copyOf(actors).forEach(Actor::kill);
        List.copyOf(mourners).forEach(Runnable::run);
    }

    private void requireDeath(Killed end) {
        if (!dead) {
            throw end;
        }
    }

    /** The same for who is in the middle of something in this very process, and gets no further. */
    public Killed die() {
        dead = true;
        time.after(Duration.ZERO, this::bury);
        return new Killed(name);
    }

    /** Its wall clock jumps. */
    public void jump(Duration by) {
        wrong = wrong.plus(by);
    }

    /** Until when it is stopped, by its own clock; in the past if it is not. */
    public long stoppedUntil() {
        return stoppedUntil;
    }

    /** Refuses to do anything more to the world outside. */
    public void requireLife() {
        if (dead) {
            throw new Killed(name);
        }
    }

    @Override
    public long nanoTime() {
        return time.now();
    }

    @Override
    public Instant now() {
        return BEGINNING.plus(wrong).plusNanos(time.now());
    }

    @Override
    public Wakeup wakeup() {
        return new Waiting();
    }

    @Override
    public ExecutorService pool(String pool, int threads) {
        return VirtualExecutor.of(this, WAITING.contains(pool) ? Optional.of(pool) : Optional.empty(), queueing);
    }

    @Override
    public ScheduledExecutorService timer(String timer) {
        return VirtualExecutor.of(
                this, WAITING.contains(timer) ? Optional.of(timer) : Optional.empty(), () -> Duration.ZERO);
    }

    /** An actor's wait: over at its time or by a signal, whichever event comes first. */
    private final class Waiting implements Wakeup {
        private boolean signalled;
        private Optional<Actor> waiting = Optional.empty();
        private long waits;

        @Override
        public void signal() {
            if (!signalled && waiting.isPresent()) {
                planEnd(Duration.ZERO);
            }
            signalled = true;
        }

        /** Ends the wait under way, if nothing has ended it by then. */
        private void planEnd(Duration delay) {
            long which = waits;
            after(delay, () -> {
                if (which == waits && waiting.isPresent()) {
                    Actor actor = waiting.get();
                    waiting = Optional.empty();
                    actor.goOn();
                }
            });
        }

        @Override
        public void await(long millis) throws InterruptedException {
            requireLife();
            if (!signalled) {
                Actor me = Actor.current();
                waits++;
                waiting = Optional.of(me);
                planEnd(Duration.ofMillis(millis));
                me.giveWay();
            }
            signalled = false;
        }
    }
}
