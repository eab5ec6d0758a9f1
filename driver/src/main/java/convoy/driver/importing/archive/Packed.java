package convoy.driver.importing.archive;

import com.github.luben.zstd.ZstdInputStream;
import convoy.worker.signature.FileFormat;
import convoy.worker.signature.FileFormat.Family;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** A file that may be packed: its bytes, and what they are, whatever it is called. */
record Packed(FileFormat format, InputStream bytes) {
    /** A tar header. */
    private static final int HEAD = 512;

    private static final int BUFFER = 1 << 18;

    /** Enough for a window of 64 MiB, the largest preset of xz. */
    private static final int XZ_MEMORY_KIB = 128 << 10;

    /**
     * Looks at the first bytes and leaves them to be read.
     *
     * @param bytes a stream that can go back
     * @param called the file's name, since old tar archives begin with nothing but a file's name
     */
    static Packed of(InputStream bytes, String called) throws IOException {
        bytes.mark(HEAD);
        byte[] head = bytes.readNBytes(HEAD);
        bytes.reset();
        FileFormat format = FileFormat.of(head);
        boolean calledTar = called.toLowerCase(Locale.ROOT).endsWith(".tar");
        return new Packed(calledTar && !format.isCertain() && isOldTar(head) ? FileFormat.TAR : format, bytes);
    }

    boolean is(FileFormat wanted) {
        return format == wanted;
    }

    /** The first tar archives, and an empty one, have no signature: a header has a sum. */
    private static boolean isOldTar(byte[] head) {
        if (head.length < HEAD) {
            return false;
        }
        if (Arrays.equals(head, new byte[HEAD])) {
            return true;
        }
        int sum = 0;
        for (int i = 0; i < HEAD; i++) {
            sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xFF;
        }
        String said = new String(head, 148, 8, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        return said.matches("0*" + Integer.toOctalString(sum));
    }

    boolean isCompressed() {
        return format.family() == Family.COMPRESSED;
    }

    /**
     * What is packed into a compressed file, all members of it.
     *
     * @param called the name of what is packed
     */
    Packed unpacked(String called) throws IOException {
        return of(new BufferedInputStream(decompressed(), BUFFER), called);
    }

    private InputStream decompressed() throws IOException {
        if (is(FileFormat.GZIP)) {
            return new GZIPInputStream(bytes, BUFFER);
        }
        if (is(FileFormat.BZIP2)) {
            return new BZip2CompressorInputStream(bytes, true);
        }
        if (is(FileFormat.XZ)) {
            return new XZInputStream(bytes, XZ_MEMORY_KIB);
        }
        if (is(FileFormat.ZSTD)) {
            return new ZstdInputStream(bytes);
        }
        throw new IllegalStateException("what is " + format.text() + " is not compressed");
    }

    /** What it is and what to do, to follow "is". */
    String text() {
        return format.text() + (format.remedy().isEmpty() ? "" : ": " + format.remedy());
    }
}
