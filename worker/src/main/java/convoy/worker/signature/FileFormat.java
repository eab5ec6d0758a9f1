package convoy.worker.signature;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The formats that people give, on purpose or by mistake, where pictures, archives, weights or run files are looked for: the one
 * table of how their files begin. The first one that fits counts.
 *
 * <p>The signatures are those of the formats' specifications, each byte written as a character of Latin-1.
 */
public enum FileFormat {
    /** ITU-T T.81. */
    JPEG(Family.PICTURE, "a JPEG picture", at(0, "\u00FF\u00D8\u00FF")),
    /** ISO/IEC 15948. */
    PNG(Family.PICTURE, "a PNG picture", at(0, "\u0089PNG\r\n\u001A\n")),
    /** GIF87a and GIF89a. */
    GIF(Family.PICTURE, "a GIF picture", at(0, "GIF87a", "GIF89a")),
    /** RFC 9649: a RIFF file with a form of its own. */
    WEBP(Family.PICTURE, "a WebP picture", at(0, "RIFF").and(at(8, "WEBP"))),
    /** TIFF 6.0 and BigTIFF, of either order of bytes. */
    TIFF(Family.OTHER_PICTURE, "a TIFF file", at(0, "II*\0", "MM\0*", "II+\0", "MM\0+")),
    /** ISO/IEC 23008-12, by the brand of its first box. */
    HEIC(Family.OTHER_PICTURE, "an HEIC file", at(4, "ftyphe", "ftypmif1", "ftypmsf1")),
    /** Of the Alliance for Open Media, by the brand of its first box. */
    AVIF(Family.OTHER_PICTURE, "an AVIF file", at(4, "ftypavi")),
    /** ISO/IEC 15444-1, as a file or a bare codestream. */
    JPEG_2000(Family.OTHER_PICTURE, "a JPEG 2000 file", at(0, "\0\0\0\u000CjP  ", "\u00FFO\u00FFQ")),
    /** ISO/IEC 18181-2, as a file or a bare codestream. */
    JPEG_XL(Family.OTHER_PICTURE, "a JPEG XL file", at(0, "\0\0\0\u000CJXL ", "\u00FF\n")),
    /** Of Adobe: PSD and PSB. */
    PHOTOSHOP(Family.OTHER_PICTURE, "a Photoshop file", at(0, "8BPS")),
    /** Of Windows. */
    ICON(Family.OTHER_PICTURE, "an icon file", at(0, "\0\0\u0001\0")),
    /** Of Industrial Light and Magic. */
    OPEN_EXR(Family.OTHER_PICTURE, "an OpenEXR file", at(0, "v/1\u0001")),
    /** Of Radiance, {@code .hdr} and {@code .pic}. */
    RADIANCE(Family.OTHER_PICTURE, "a Radiance HDR file", at(0, "#?RADIANCE")),
    /** ISO/IEC 14496-12 with any other brand: MP4, QuickTime. */
    VIDEO(Family.OTHER, "a video", at(4, "ftyp")),
    /** With any other form than WebP: WAV, AVI. */
    RIFF(Family.OTHER, "a sound or a video", at(0, "RIFF")),
    /** RFC 1952. */
    GZIP(Family.COMPRESSED, "a gzip file", at(0, "\u001F\u008B")),
    /** Of bzip2; a digit for the size of its blocks follows. */
    BZIP2(Family.COMPRESSED, "a bzip2 file", at(0, "BZh")),
    /** Of XZ Utils. */
    XZ(Family.COMPRESSED, "an xz file", at(0, "\u00FD7zXZ\0")),
    /** RFC 8878, a frame of Zstandard. */
    ZSTD(Family.COMPRESSED, "a Zstandard file", at(0, "(\u00B5/\u00FD")),
    /** An empty one begins as every zip archive ends. */
    ZIP(Family.ARCHIVE, "a zip archive", at(0, "PK\u0003\u0004", "PK\u0005\u0006")),
    /** Of version 4 and 5. */
    RAR(Family.ARCHIVE, "a RAR archive", at(0, "Rar!")),
    /** Of 7-Zip. */
    SEVEN_ZIP(Family.ARCHIVE, "a 7z archive", at(0, "7z\u00BC\u00AF")),
    /** Of POSIX and GNU; the first tar archives have no signature. */
    TAR(Family.ARCHIVE, "a tar archive", at(257, "ustar")),
    /** ISO 32000. */
    PDF(Family.OTHER, "a PDF file", at(0, "%PDF")),
    /** Apache Parquet, what a data set's own files are. */
    PARQUET(Family.OTHER, "a Parquet file", at(0, "PAR1")),
    /** Of the HDF Group: weights of Keras, for instance. */
    HDF5(Family.OTHER, "an HDF5 file", at(0, "\u0089HDF")),
    /** A program or library of Linux. */
    ELF(Family.OTHER, "a program", at(0, "\u007FELF")),
    /** Of protocol 2 to 5, and no small number of eight bytes. */
    PICKLE(
            Family.OTHER,
            "a pickle of Python's",
            at(0, "\u0080\u0002", "\u0080\u0003", "\u0080\u0004", "\u0080\u0005")
                    .and(head -> head.length > 2 && head.bytes[head.from + 2] != 0)),
    /** What a clone without git-lfs has in a large file's place. */
    GIT_LFS(
            Family.OTHER,
            "a pointer of git-lfs, not the file itself",
            "fetch it with `git lfs pull`",
            at(0, "version https://git-lfs")),
    /** What a browser shows, often in place of a download. */
    HTML(
            Family.MARKUP,
            "a web page (HTML)",
            "download the file itself, not the page that shows it",
            tag("<!doctype html", "<html", "<head")),
    /** Text with tags. */
    XML(Family.MARKUP, "an SVG or XML file", "download the file itself", tag("<svg", "<?xml")),
    /** Of Windows and OS/2. Two bytes only, so late in the list. */
    BMP(Family.PICTURE, "a BMP picture", at(0, "BM")),
    /** Of Netpbm. Two bytes only, so late in the list. */
    PNM(Family.OTHER_PICTURE, "a PBM, PGM or PPM file", at(0, "P1", "P2", "P3", "P4", "P5", "P6")),
    /** Not a byte. */
    EMPTY(Family.OTHER, "an empty file", head -> head.length == 0),
    /** Anything. */
    UNKNOWN(Family.OTHER, "something else", head -> true);

    /** What can be done with a file. */
    public enum Family {
        /** Is read where pictures are. */
        PICTURE,
        /** Is a picture, and not read. */
        OTHER_PICTURE,
        /** One file, packed. */
        COMPRESSED,
        /** Many files. */
        ARCHIVE,
        /** Text that begins with a tag, as servers answer where there is no file. */
        MARKUP,
        /** None of these. */
        OTHER
    }

    /** Bytes that tell a format: all there are in front of the last signature. */
    public static final int HEAD = 512;

    private static final List<FileFormat> ALL = List.of(values());

    private static final Set<FileFormat> ALIKE = EnumSet.of(BMP, PNM, JPEG_XL, ICON, EMPTY, UNKNOWN);

    private final Family family;
    private final String text;
    private final String remedy;

    @SuppressWarnings("ImmutableEnumChecker") // Lambdas over texts.
    private final Beginning beginning;

    FileFormat(Family family, String text, Beginning beginning) {
        this(family, text, "", beginning);
    }

    FileFormat(Family family, String text, String remedy, Beginning beginning) {
        this.family = family;
        this.text = text;
        this.remedy = remedy;
        this.beginning = beginning;
    }

    /**
     * {@return what a file is of which these are the first bytes}
     *
     * @param bytes the file's first ones, {@link #HEAD} or more, or all of it
     */
    public static FileFormat of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /**
     * {@return the same of {@code bytes[from, from + length)}, of which no more than {@link #HEAD} are looked at}
     *
     * @param bytes those of a file
     * @param from the index of the first byte
     * @param length how many bytes there are from there
     */
    public static FileFormat of(byte[] bytes, int from, int length) {
        Head head = new Head(bytes, from, Math.min(length, HEAD));
        for (FileFormat format : ALL) {
            if (format.beginning.fits(head)) {
                return format;
            }
        }
        throw new IllegalStateException("anything is UNKNOWN");
    }

    /** {@return what can be done with a file of it} */
    public Family family() {
        return family;
    }

    /** {@return what a person calls a file of it, with its article, to follow "is"} */
    public String text() {
        return text;
    }

    /** {@return what to do about it wherever it is not wanted; empty if that depends} */
    public String remedy() {
        return remedy;
    }

    /**
     * {@return whether files of other kinds do not begin so by accident: two bytes are soon alike, and a safetensors
     * file begins with a number}
     */
    public boolean isCertain() {
        return !ALIKE.contains(this);
    }

    /** Whether a file begins so. */
    @FunctionalInterface
    private interface Beginning {
        boolean fits(Head head);

        default Beginning and(Beginning other) {
            return head -> fits(head) && other.fits(head);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Head(byte[] bytes, int from, int length) {
        boolean has(int at, String latin) {
            if (at + latin.length() > length) {
                return false;
            }
            for (int i = 0; i < latin.length(); i++) {
                if ((bytes[from + at + i] & 0xFF) != latin.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        String text() {
            return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        }
    }

    private static Beginning at(int at, String... signatures) {
        return head -> Stream.of(signatures).anyMatch(signature -> head.has(at, signature));
    }

    /** In capitals or not, behind white space. */
    private static Beginning tag(String... tags) {
        return head -> {
            String begin = head.text().strip().toLowerCase(Locale.ROOT);
            return Stream.of(tags).anyMatch(begin::startsWith);
        };
    }
}
