package convoy.driver.importing;

import java.io.IOException;
import java.io.InputStream;

/**
 * A plain file, from a folder or out of an archive.
 *
 * @param path inside the source; a nested archive counts as a folder
 * @param where how to name it to a person
 * @param bytes its content, to be read before the next entry is asked for
 */
record Entry(String path, String where, InputStream bytes) {
    /** No single file that is read whole may be longer: a picture of that size is a mistake. */
    private static final int LONGEST = 256 << 20;

    boolean isHidden() {
        return Source.isHidden(path);
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** All of it; longer than {@link #tooLong} allows if it is. */
    byte[] whole() throws IOException {
        return bytes.readNBytes(LONGEST + 1);
    }

    static boolean tooLong(byte[] content) {
        return content.length > LONGEST;
    }
}
