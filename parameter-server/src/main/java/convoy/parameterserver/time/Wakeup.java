package convoy.parameterserver.time;

/** Wakes one thread when there is something for it to look at. A signal that nobody waits for is kept for the next wait. */
public interface Wakeup {
    /** Ends the wait under way, or the next one. Any thread may call this; it does not block. */
    void signal();

    /**
     * Waits for a signal, at most so long, and uses it up. Only one thread at a time may wait.
     *
     * @param millis at most so many
     * @throws InterruptedException if the thread is to end
     */
    void await(long millis) throws InterruptedException;
}
