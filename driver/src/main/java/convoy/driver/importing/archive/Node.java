package convoy.driver.importing.archive;

import java.util.function.Function;

/** What stands at one path of a source, as it is met while reading from front to end. */
sealed interface Node permits Entry, Link {
    /** Inside the source. */
    String path();

    /** How to name it to a person. */
    String where();

    /** What the one function makes of a file or folder, or the other of a link. */
    <R> R match(Function<Entry, R> entry, Function<Link, R> link);
}
