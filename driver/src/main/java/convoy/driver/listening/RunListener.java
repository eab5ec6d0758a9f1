package convoy.driver.listening;

/**
 * Hears what happens in a run: one event after the other, in their order, on a thread that this listener has to itself. The run does not
 * wait for it, but for a bounded time at its end.
 */
@FunctionalInterface
public interface RunListener {
    /**
     * Something has happened. What is thrown is said once, by the listener's name, and counted; the next event comes all the same.
     *
     * @param event what it was
     * @throws Exception if it cannot be dealt with; the run goes on
     */
    void hear(TrainingEvent event) throws Exception;
}
