package convoy.driver.importing.archive;

import convoy.driver.importing.source.Litter;
import convoy.driver.importing.source.Suffix;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;

/**
 * A plain file, from a folder or out of an archive; or the mention of a folder in an archive.
 *
 * @param path inside the source; a nested archive counts as a folder; ends in a slash for a folder
 * @param where how to name it to a person
 * @param bytes its content, to be read before the next entry is asked for
 * @param linked whether it is reached by a link to another place of the source
 * @param fault why there is no content, where there is none; to follow {@code where}
 */
public record Entry(String path, String where, InputStream bytes, boolean linked, Optional<String> fault)
        implements Node {
    /** No single file that is read whole may be longer: a picture of that size is a mistake. */
    private static final int LONGEST = 256 << 20;

    @Override
    public <R> R match(Function<Entry, R> entry, Function<Link, R> link) {
        return entry.apply(this);
    }

    static Entry of(String path, String where, InputStream bytes) {
        return new Entry(path, where, bytes, false, Optional.empty());
    }

    /** The same, known to be reached by a link or not. */
    Entry linked(boolean byLink) {
        return new Entry(path, where, bytes, byLink, fault);
    }

    static Entry folder(String path, String where) {
        return of(path + "/", where, InputStream.nullInputStream());
    }

    /** {@return whether it is the mention of a folder in an archive, and no file} */
    public boolean isFolder() {
        return path.endsWith("/");
    }

    /** A file that is named and cannot be read. */
    static Entry unreadable(String path, String where, String fault) {
        return new Entry(path, where, InputStream.nullInputStream(), false, Optional.of(fault));
    }

    /** {@return whether its name says that other files are in it} */
    public boolean isPacked() {
        return !isFolder() && Suffix.of(path).isPacked();
    }

    /** {@return whether it is such a file as {@link Litter} hides} */
    public boolean isHidden() {
        return Litter.hides(path);
    }

    /** {@return what follows the last slash of its path} */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Reads all of it.
     *
     * @return the content; longer than {@link #tooLong} allows if it is
     * @throws IOException if the file system fails, or the archive is damaged
     */
    public byte[] whole() throws IOException {
        return bytes.readNBytes(LONGEST + 1);
    }

    /**
     * {@return whether a file has more bytes than a picture may have}
     *
     * @param content of {@link #whole}
     */
    public static boolean tooLong(byte[] content) {
        return content.length > LONGEST;
    }
}
