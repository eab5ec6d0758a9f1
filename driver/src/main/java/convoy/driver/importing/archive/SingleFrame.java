package convoy.driver.importing.archive;

import java.io.IOException;
import java.util.Optional;

/** One file that is no container, or not known to be one. */
final class SingleFrame implements Frame {
    private final Entry entry;
    private boolean given;

    SingleFrame(Entry entry) {
        this.entry = entry;
    }

    @Override
    public Optional<Node> next() {
        if (given) {
            return Optional.empty();
        }
        given = true;
        return Optional.of(entry);
    }

    @Override
    public void close() throws IOException {
        entry.bytes().close();
    }

    @Override
    public String toString() {
        return entry.where();
    }
}
