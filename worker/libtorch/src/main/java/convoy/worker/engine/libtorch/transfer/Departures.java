package convoy.worker.engine.libtorch.transfer;

import convoy.worker.engine.Engine.Progress;

/** The parts of a gradient that are on their way to the caller's array, in the order in which he is told of them. */
public final class Departures implements AutoCloseable {
    private final float[] gradient;
    private final Progress progress;
    private final SideThread thread;

    /**
     * @param gradient the flat vector that parts are put into
     * @param progress told of them
     * @param thread which puts parts into the array and tells of them
     */
    public Departures(float[] gradient, Progress progress, SideThread thread) {
        this.gradient = gradient;
        this.progress = progress;
        this.thread = thread;
    }

    /**
     * Adds the next part: what the gradient has from an index on, up to the part before.
     *
     * @param begin the index of the part's first float
     * @param arrival brings the part
     */
    public void add(int begin, Arrival arrival) {
        thread.run(
                () -> {
                    arrival.into(gradient);
                    progress.doneFrom(begin);
                },
                arrival::close);
    }

    /** Waits until all are handed on. */
    public void finish() {
        thread.await();
    }

    /** Waits for what is on its way, of a gradient that has failed. */
    @Override
    public void close() {
        thread.drain();
    }
}
