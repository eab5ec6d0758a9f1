package convoy.driver.importing.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A tar archive, read once from front to end.
 *
 * <p>The names in its headers are bytes, the names in PAX records are text, and the library tells both as text. So it is
 * asked for one character a byte, and the headers are looked at beside it to know which of the two a name was:
 *
 * <pre>
 *   [PAX header 'x', records]  header: name (100 bytes) ... prefix (155 bytes)   content, padded to 512 bytes
 *   [GNU header 'L', a name]   header: the same                                  content
 * </pre>
 */
final class TarFrame implements Frame {
    private static final int RECORD = 512;
    private static final int BLOCK = 20 * RECORD;
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private final Inside inside;
    private final Headers headers;
    private final TarArchiveInputStream in;
    private final Names names;
    private final boolean compressed;

    /** @param compressed whether the bytes were, so that a checksum follows them */
    TarFrame(Inside inside, InputStream bytes, Names names, boolean compressed) {
        this.inside = inside;
        headers = new Headers(bytes);
        in = new TarArchiveInputStream(headers, BLOCK, RECORD, BYTES.name(), false);
        this.names = names;
        this.compressed = compressed;
    }

    @Override
    public Optional<Node> next() throws IOException {
        if (in.getCurrentEntry() != null) {
            skipContent();
        }
        headers.expect();
        TarArchiveEntry entry = in.getNextTarEntry();
        if (entry == null) {
            if (!headers.endIsMarked()) {
                throw new IOException("its end marker is missing");
            }
            if (compressed) {
                headers.readToEnd();
            }
            return Optional.empty();
        }
        if (!entry.isCheckSumOK()) {
            throw new IOException("the checksum of a header is wrong");
        }
        return Optional.of(node(entry));
    }

    private void skipContent() throws IOException {
        byte[] rest = new byte[BLOCK];
        while (in.read(rest, 0, rest.length) >= 0) {
            // Read and not skipped: what is cut off would not be noticed.
        }
    }

    private Node node(TarArchiveEntry entry) {
        Optional<String> name = text(entry.getName(), headers.name());
        if (name.isEmpty()) {
            return inside.unreadable(Names.shown(entry.getName().getBytes(BYTES)), names.fault());
        }
        if (entry.isDirectory()) {
            return inside.folder(name.get());
        }
        if (entry.isSymbolicLink() || entry.isLink()) {
            Optional<String> target = text(entry.getLinkName(), headers.linkName());
            if (target.isEmpty()) {
                return inside.unreadable(
                        name.get(),
                        "is a link to " + Names.shown(entry.getLinkName().getBytes(BYTES)) + ", which "
                                + names.fault());
            }
            return inside.link(name.get(), target.get(), entry.isLink());
        }
        if (entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice()) {
            return inside.unreadable(name.get(), "is a device or a pipe");
        }
        if (!in.canReadEntryData(entry)) {
            return inside.unreadable(name.get(), "is stored in a way that is not read: pack the archive anew");
        }
        return inside.file(name.get(), in);
    }

    /** @param inHeader what the header itself says, one character a byte */
    private Optional<String> text(String told, String inHeader) {
        boolean fromRecord = headers.hasPax() && !told.equals(inHeader) && !told.equals(inHeader + "/");
        if (fromRecord) {
            // The library puts this where a record's bytes are no UTF-8.
            return told.indexOf('\uFFFD') < 0 ? Optional.of(told) : Optional.empty();
        }
        return names.decode(told.getBytes(BYTES));
    }

    @Override
    public void close() {
        // The stream below belongs to the frame below.
    }

    @Override
    public String toString() {
        return inside.where();
    }

    /** Passes an archive on and keeps what its headers are: the first record after the last content, and the newest. */
    private static final class Headers extends FilterInputStream {
        private final byte[] first = new byte[RECORD];
        private final byte[] newest = new byte[RECORD];
        private long offset;
        private long firstAt;

        Headers(InputStream in) {
            super(in);
        }

        /** The next record that begins is a header. */
        void expect() {
            firstAt = (offset + RECORD - 1) / RECORD * RECORD;
            Arrays.fill(first, (byte) 0);
        }

        boolean hasPax() {
            return first[156] == 'x' || first[156] == 'X' || first[156] == 'g';
        }

        boolean endIsMarked() {
            byte[] zeros = new byte[RECORD];
            return offset >= firstAt + RECORD && (Arrays.equals(first, zeros) || Arrays.equals(newest, zeros));
        }

        String name() {
            String name = field(0, 100);
            String prefix = field(345, 155);
            boolean posix = newest[257] == 'u' && newest[262] == 0;
            return posix && !prefix.isEmpty() ? prefix + "/" + name : name;
        }

        String linkName() {
            return field(157, 100);
        }

        /** The checksum of what is compressed stands at its end, and is compared when that is reached. */
        void readToEnd() throws IOException {
            byte[] rest = new byte[BLOCK];
            while (in.read(rest, 0, rest.length) >= 0) {
                // Nothing in there is of use.
            }
        }

        private String field(int from, int length) {
            String text = new String(newest, from, length, BYTES);
            int end = text.indexOf('\0');
            return end < 0 ? text : text.substring(0, end);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int count = in.read(to, from, length);
            if (count <= 0) {
                return count;
            }
            for (int i = Math.max(0, (int) Math.min(count, firstAt - offset)); i < count; i++) {
                long at = offset + i - firstAt;
                if (at >= RECORD) {
                    break;
                }
                first[(int) at] = to[from + i];
            }
            int kept = Math.min(count, RECORD);
            System.arraycopy(newest, kept, newest, 0, RECORD - kept);
            System.arraycopy(to, from + count - kept, newest, RECORD - kept, kept);
            offset += count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            // Whatever is passed over has to be seen.
            return Math.max(0, read(new byte[(int) Math.min(count, BLOCK)]));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
