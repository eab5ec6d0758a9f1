package convoy.driver.importing.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Tells the failures of a file system from the faults of an archive that lies on it. */
final class Streams {
    private Streams() {}

    /** Throws what goes wrong below as unchecked, so that it is not taken for a fault of the archive. */
    static InputStream faithful(InputStream in, String uri) {
        return new Renaming(in) {
            @Override
            IOException renamed(IOException e) {
                throw new UncheckedIOException(uri + ": " + e.getMessage(), e);
            }
        };
    }

    /** The bytes of an entry of an archive, which is named if they cannot be read. */
    static InputStream packed(InputStream in, String archive) {
        return new Renaming(in) {
            @Override
            IOException renamed(IOException e) {
                return GarbledArchiveException.of(archive, e);
            }
        };
    }

    private abstract static class Renaming extends FilterInputStream {
        Renaming(InputStream in) {
            super(in);
        }

        abstract IOException renamed(IOException e);

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (IOException e) {
                throw renamed(e);
            }
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                return in.read(bytes, from, length);
            } catch (IOException e) {
                throw renamed(e);
            }
        }
    }
}
