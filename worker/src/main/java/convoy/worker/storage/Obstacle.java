package convoy.worker.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** What keeps a file or folder of this machine from being read or written. */
sealed interface Obstacle {
    /** In words, to follow the name of the file. */
    String text();

    /** It is there and closed to us. */
    record Closed() implements Obstacle {
        @Override
        public String text() {
            return " may not be read by " + HomeDirectory.user() + ": ask its owner, or chmod it";
        }
    }

    /** Something above it is closed to us, so that nobody can tell whether it is there. */
    record KeptClosed() implements Obstacle {
        @Override
        public String text() {
            return " may not be looked at by " + HomeDirectory.user()
                    + ": a folder above it keeps it closed; ask its owner, or chmod it";
        }
    }

    /** It, or the nearest folder above it that is there, takes nothing new from us. */
    record Unwritable(Path place) implements Obstacle {
        @Override
        public String text() {
            return " may not be written by " + HomeDirectory.user() + ", to whom " + place
                    + " is closed: ask its owner, or name another place";
        }
    }

    /** What should be a folder above it is a file. */
    record BelowFile(Path file) implements Obstacle {
        @Override
        public String text() {
            return " lies below " + file + ", which is a file: check the address";
        }
    }

    /** It is a folder that may be read. */
    record Folder() implements Obstacle {
        @Override
        public String text() {
            return " is a folder: name a file";
        }
    }

    /** The system does not say what is there. */
    record Failing(String reason) implements Obstacle {
        @Override
        public String text() {
            return " cannot be looked at: " + reason;
        }
    }

    /** Looks at the folder that it is, or the nearest one above it that is there; empty if one may write there. */
    static Optional<Obstacle> beforeWriting(Path path) {
        Path file = path.toAbsolutePath();
        for (Path at = file; at != null; at = at.getParent()) {
            if (Files.isDirectory(at)) {
                boolean open = Files.isWritable(at) && Files.isExecutable(at);
                return open ? Optional.empty() : Optional.of(new Unwritable(at));
            }
            if (Files.exists(at) && !at.equals(file)) {
                return Optional.of(new BelowFile(at));
            }
        }
        return Optional.empty();
    }

    /** Looks for it; empty if nothing is there, or a file that may be read. */
    static Optional<Obstacle> before(Path path) {
        Path file = path.toAbsolutePath();
        for (Path at = file; at != null; at = at.getParent()) {
            try {
                boolean folder =
                        Files.readAttributes(at, BasicFileAttributes.class).isDirectory();
                if (!at.equals(file)) {
                    return folder ? Optional.empty() : Optional.of(new BelowFile(at));
                }
                if (!Files.isReadable(at) || (folder && !Files.isExecutable(at))) {
                    return Optional.of(new Closed());
                }
                return folder ? Optional.of(new Folder()) : Optional.empty();
            } catch (AccessDeniedException denied) {
                return Optional.of(new KeptClosed());
            } catch (FileSystemException absent) {
                // Perhaps what is above it is no folder.
            } catch (IOException other) {
                return Optional.of(new Failing(String.valueOf(other.getMessage())));
            }
        }
        return Optional.empty();
    }
}
