package convoy.driver.importing.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** An open container: gives what it holds one by one. Its text names it to a person. */
interface Frame extends Closeable {
    /**
     * The next file or link, empty after the last.
     *
     * @throws IOException if the container is at fault
     */
    Optional<Node> next() throws IOException;
}
