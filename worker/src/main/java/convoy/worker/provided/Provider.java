package convoy.worker.provided;

/**
 * Who offers something by a name, from a jar that names it in {@code META-INF/services}. It has a public constructor without parameters,
 * is asked for its name whenever something of its kind is looked for, and so does nothing until what it offers is wanted.
 */
public interface Provider {
    /** {@return what a file calls it by; no other provider of the kind has it} */
    String name();
}
