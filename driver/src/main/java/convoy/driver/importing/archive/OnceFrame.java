package convoy.driver.importing.archive;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An archive each of whose paths stands for one file. Where it has a path again, as one that was appended to may, unpacking would
 * leave the later file alone; read from front to end the earlier one is gone by then, so that the later one is a fault, and never a
 * second row.
 */
final class OnceFrame implements Frame {
    private final Frame frame;
    private final Set<String> seen = new HashSet<>();

    OnceFrame(Frame frame) {
        this.frame = frame;
    }

    @Override
    public Optional<Node> next() throws IOException {
        return frame.next().map(node -> {
            boolean nothing =
                    node.match(entry -> entry.isFolder() || entry.fault().isPresent(), link -> false);
            return nothing || seen.add(node.path())
                    ? node
                    : Entry.unreadable(
                            node.path(),
                            node.where(),
                            "is in its archive a second time: unpack the archive, which keeps the last, and import what was"
                                    + " in it");
        });
    }

    @Override
    public void close() throws IOException {
        frame.close();
    }

    @Override
    public String toString() {
        return frame.toString();
    }
}
