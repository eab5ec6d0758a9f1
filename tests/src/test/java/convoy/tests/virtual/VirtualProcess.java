package convoy.tests.virtual;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** A process: its clock and its threads, and all that happens in it, until it is killed. */
final class VirtualProcess implements Clock {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualTime time;
    private final String name;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Runnable> mourners = new ArrayList<>();
    private boolean dead;
    private long stoppedUntil;

    VirtualProcess(VirtualTime time, String name) {
        this.time = time;
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean isDead() {
        return dead;
    }

    /** Begins a thread that may wait. */
    Actor start(String thread, Actor.Body body) {
        Actor actor = new Actor(name + ", " + thread, body);
        actors.add(actor);
        time.begin(actor);
        return actor;
    }

    /** Has something happen in it, a time from now, if it lives then. */
    void after(Duration delay, Runnable action) {
        time.after(delay, () -> {
            if (time.now() < stoppedUntil) {
                after(Duration.ofNanos(stoppedUntil - time.now()), action);
            } else if (!dead) {
                action.run();
            }
        });
    }

    /** Stops it for a while, as SIGSTOP does. What would happen in it meanwhile happens then, in the same order. */
    void stop(Duration pause) {
        stoppedUntil = time.now() + pause.toNanos();
    }

    /** Has {@code action} done once it is dead. */
    void onDeath(Runnable action) {
        mourners.add(action);
    }

    /** Ends it as SIGKILL does: nothing more happens in it. For an event, which no thread of its runs. */
    void kill() {
        if (dead) {
            return;
        }
        dead = true;
        actors.forEach(Actor::kill);
        mourners.forEach(Runnable::run);
    }

    /** Refuses to do anything more to the world outside. */
    void requireLife() {
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
        return BEGINNING.plusNanos(time.now());
    }

    @Override
    public Wakeup wakeup() {
        return new Waiting();
    }

    @Override
    public ExecutorService pool(String pool, int threads) {
        return VirtualExecutor.pool(this);
    }

    @Override
    public ScheduledExecutorService timer(String timer) {
        return VirtualExecutor.timer(this, timer);
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
