package convoy.tests.virtual;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Time that passes only when nobody has anything to do.
 *
 * <p>How it is kept deterministic: whatever happens is an event with a time, and events happen one after the other, by time and then in
 * the order in which they were planned. An event runs on the one thread that {@link #runUntil} was called by; or it lets an {@link
 * Actor}, which is code that waits in its middle and so needs a thread of its own, go on until it waits again, while the calling thread
 * does nothing. So exactly one thread runs at any time, all they share needs no locks, and which one runs next is decided by the
 * events alone. (A reader's threads, on which an actor may really wait, compute pure functions and touch nothing that others see.)
 * Nothing sleeps: when an event is over, it is the next one's time.
 */
public final class VirtualTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
    private final List<Actor> actors = new ArrayList<>();
    private long now;
    private long planned;

    private record Event(long time, long number, Runnable action) {}

    /** Nanoseconds since the beginning. */
    public long now() {
        return now;
    }

    /** How many events have been planned. */
    public long planned() {
        return planned;
    }

    /** Plans an event, a time from now. */
    public void after(Duration delay, Runnable action) {
        events.add(new Event(now + delay.toNanos(), planned++, action));
    }

    /** Plans to begin an actor now. */
    void begin(Actor actor) {
        actors.add(actor);
        after(Duration.ZERO, actor::goOn);
    }

    /** Has one event after the other happen. */
    public void runUntil(BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            Event next = events.poll();
            if (next == null) {
                throw new AssertionError(
                        "after " + Duration.ofNanos(now) + " everybody waits, and nothing will happen");
            }
            now = next.time();
            next.action().run();
        }
    }

    /** Ends the threads of all actors, wherever they wait. */
    public void close() {
        actors.forEach(Actor::kill);
        runUntil(() -> actors.stream().allMatch(Actor::isOver));
    }
}
