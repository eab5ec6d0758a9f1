package convoy.worker.engine.libtorch;

import convoy.worker.engine.Engine.Progress;
import java.util.ArrayDeque;
import java.util.Deque;

/** The parts of a gradient that are on their way to the caller's array, in the order in which he is told of them. */
final class Departures implements AutoCloseable {
    private final float[] gradient;
    private final Progress progress;
    private final Deque<Part> parts = new ArrayDeque<>();

    /** What the gradient has from an index on, up to the part before. */
    private record Part(int begin, Arrival arrival) {}

    Departures(float[] gradient, Progress progress) {
        this.gradient = gradient;
        this.progress = progress;
    }

    /** Adds the next part, which begins lower than those before it, and hands on what has arrived without waiting for anything. */
    void add(int begin, Arrival arrival) {
        parts.add(new Part(begin, arrival));
        while (!parts.isEmpty() && parts.element().arrival().copy().isDone()) {
            handOn();
        }
    }

    /** Hands the rest on as it arrives. */
    void finish() {
        while (!parts.isEmpty()) {
            handOn();
        }
    }

    private void handOn() {
        Part part = parts.remove();
        try (Arrival arrival = part.arrival()) {
            arrival.into(gradient);
            progress.doneFrom(part.begin());
        }
    }

    @Override
    public void close() {
        parts.forEach(part -> part.arrival().close());
    }
}
