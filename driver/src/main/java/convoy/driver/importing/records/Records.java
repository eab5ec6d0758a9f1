package convoy.driver.importing.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the records of one piece of a source, in order. */
interface Records extends Closeable {
    /**
     * The next record, empty after the last.
     *
     * @throws IOException if the data are garbled so that nothing more can be read
     */
    Optional<Staged> next() throws IOException;
}
