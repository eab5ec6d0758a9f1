package convoy.driver.importing;

/** Hears how far an import is; called by one thread at a time, on the Spark driver. */
public interface ImportListener {
    /** The part of the work that is under way. */
    enum Phase {
        /** Pictures are read from the source and checked. */
        READING,
        /** Rows are written in their random order. */
        WRITING,
        /** Products of pictures' values are summed, for a whitening. */
        SUMMING
    }

    /**
     * More is done.
     *
     * @param phase what is under way
     * @param done units of work that are done: pieces of the source, then files
     * @param total of all
     * @param pictures handled in this phase so far
     */
    void progress(Phase phase, int done, int total, long pictures);

    /** {@return a listener that ignores everything} */
    static ImportListener silent() {
        return (phase, done, total, pictures) -> {};
    }
}
