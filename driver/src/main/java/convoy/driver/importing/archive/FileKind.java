package convoy.driver.importing.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** What a file is by its first bytes, whatever it is called. */
enum FileKind {
    GZIP("a gzip file"),
    BZIP2("a bzip2 file"),
    XZ("an xz file"),
    ZSTD("a Zstandard file"),
    TAR("a tar archive"),
    ZIP("a zip archive"),
    RAR("a RAR archive"),
    SEVEN_ZIP("a 7z archive"),
    HTML("an HTML page, as a download that failed leaves it"),
    GIT_LFS("a git-lfs pointer: fetch the file itself with git lfs pull"),
    EMPTY("an empty file"),
    OTHER("something else");

    /** A tar header. */
    private static final int HEAD = 512;

    private static final int BUFFER = 1 << 18;

    /** Enough for a window of 64 MiB, the largest preset of xz. */
    private static final int XZ_MEMORY_KIB = 128 << 10;

    private final String text;

    FileKind(String text) {
        this.text = text;
    }

    /** To follow "is". */
    String text() {
        return text;
    }

    /**
     * Looks at the first bytes and leaves them to be read.
     *
     * @param bytes a stream that can go back
     * @param called the file's name, since old tar archives begin with nothing but a file's name
     */
    static FileKind of(InputStream bytes, String called) throws IOException {
        bytes.mark(HEAD);
        byte[] head = bytes.readNBytes(HEAD);
        bytes.reset();
        if (head.length == 0) {
            return EMPTY;
        }
        if (begins(head, 0x1F, 0x8B)) {
            return GZIP;
        }
        if (begins(head, 'B', 'Z', 'h')) {
            return BZIP2;
        }
        if (begins(head, 0xFD, '7', 'z', 'X', 'Z', 0)) {
            return XZ;
        }
        if (begins(head, 0x28, 0xB5, 0x2F, 0xFD)) {
            return ZSTD;
        }
        if (begins(head, 'P', 'K', 3, 4) || begins(head, 'P', 'K', 5, 6)) {
            return ZIP;
        }
        if (begins(head, 'R', 'a', 'r', '!')) {
            return RAR;
        }
        if (begins(head, '7', 'z', 0xBC, 0xAF)) {
            return SEVEN_ZIP;
        }
        if (isTar(head, called.toLowerCase(Locale.ROOT).endsWith(".tar"))) {
            return TAR;
        }
        String start = new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
            return HTML;
        }
        return start.startsWith("version https://git-lfs") ? GIT_LFS : OTHER;
    }

    private static boolean begins(byte[] head, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (head.length <= i || (head[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** By the magic of POSIX and GNU; the first archives, and an empty one, have none. */
    private static boolean isTar(byte[] head, boolean calledTar) {
        if (head.length < HEAD) {
            return false;
        }
        if (new String(head, 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            return true;
        }
        if (!calledTar) {
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
        return this == GZIP || this == BZIP2 || this == XZ || this == ZSTD;
    }

    /** What is packed into a file of this kind, all members of it. */
    InputStream unpacked(InputStream bytes) throws IOException {
        InputStream out =
                switch (this) {
                    case GZIP -> new GZIPInputStream(bytes, BUFFER);
                    case BZIP2 -> new BZip2CompressorInputStream(bytes, true);
                    case XZ -> new XZInputStream(bytes, XZ_MEMORY_KIB);
                    case ZSTD -> new ZstdInputStream(bytes);
                    case TAR, ZIP, RAR, SEVEN_ZIP, HTML, GIT_LFS, EMPTY, OTHER ->
                        throw new IllegalStateException(this + " is not compressed");
                };
        return new BufferedInputStream(out, BUFFER);
    }
}
