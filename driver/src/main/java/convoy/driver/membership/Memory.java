package convoy.driver.membership;

/**
 * Memory that a process has.
 *
 * @param kind that is counted
 * @param within what the limit is of, by its name: a container, a machine, the process's heap
 * @param used bytes, of which some may be garbage that is not yet collected
 * @param held bytes of these that are needed: what grows with the work
 * @param limit bytes that all who are within it have together
 */
public record Memory(Kind kind, String within, long used, long held, long limit) {
    /** What is counted. */
    public enum Kind {
        /** Of the process, in the machine's memory: heap, code, and what engines take beside them. */
        RESIDENT,
        /** Of the heap, what has lived for a while: the rest is soon collected. */
        OLD,
        /** Of a GPU. */
        GPU
    }
}
