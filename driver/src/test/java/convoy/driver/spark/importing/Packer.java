package convoy.driver.spark.importing;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Writes files and links as a folder or as archives of every kind, with names in any charset. */
final class Packer {
    private Packer() {}

    /** What lies at a path. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Item(String path, byte[] content, Kind kind) {
        static Item file(String path, byte[] content) {
            return new Item(path, content, Kind.FILE);
        }

        /** A symbolic link; its target as it is written. */
        static Item link(String path, String target) {
            return new Item(path, target.getBytes(StandardCharsets.UTF_8), Kind.LINK);
        }

        /** Another name of a file that came before, by its path. */
        static Item hardLink(String path, String target) {
            return new Item(path, target.getBytes(StandardCharsets.UTF_8), Kind.HARD_LINK);
        }

        static Item folder(String path) {
            return new Item(path, new byte[0], Kind.FOLDER);
        }

        String target() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    enum Kind {
        FILE,
        LINK,
        HARD_LINK,
        FOLDER
    }

    /** How a tar archive says names that are long, or not ASCII. */
    enum TarNames {
        /** Bytes of a charset, GNU's records for long ones. */
        GNU,
        /** PAX records. */
        PAX
    }

    /** How a zip archive says names that are not ASCII. */
    enum ZipNames {
        /** In UTF-8, with the flag that says so. */
        FLAG,
        /** In a charset that nothing tells. */
        BYTES,
        /** In a charset that nothing tells, and in the extra field for UTF-8. */
        EXTRA_FIELD
    }

    enum Compression {
        NONE(""),
        GZIP(".gz"),
        BZIP2(".bz2"),
        XZ(".xz"),
        ZSTD(".zst");

        final String suffix;

        Compression(String suffix) {
            this.suffix = suffix;
        }

        private OutputStream over(OutputStream out) throws IOException {
            return switch (this) {
                case NONE -> out;
                case GZIP -> new GZIPOutputStream(out);
                case BZIP2 -> new BZip2CompressorOutputStream(out, 1);
                case XZ -> {
                    LZMA2Options options = new LZMA2Options(0);
                    options.setDictSize(LZMA2Options.DICT_SIZE_MIN);
                    yield new XZOutputStream(out, options);
                }
                // As the program zstd does it.
                case ZSTD -> new ZstdOutputStream(out, 1).setChecksum(true);
            };
        }
    }

    static void folder(Path place, List<Item> items) {
        try {
            Files.createDirectories(place);
            for (Item item : items) {
                Path target = place.resolve(item.path());
                Files.createDirectories(target.getParent());
                switch (item.kind()) {
                    case FILE -> Files.write(target, item.content());
                    case LINK -> Files.createSymbolicLink(target, Path.of(item.target()));
                    case HARD_LINK -> Files.createLink(target, place.resolve(item.target()));
                    case FOLDER -> Files.createDirectories(target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] tar(List<Item> items, TarNames names, Charset charset, Compression compression) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(compression.over(bytes), charset.name())) {
            boolean pax = names == TarNames.PAX;
            out.setLongFileMode(pax ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU);
            out.setAddPaxHeadersForNonAsciiNames(pax);
            for (Item item : items) {
                byte type =
                        switch (item.kind()) {
                            case FILE -> TarConstants.LF_NORMAL;
                            case LINK -> TarConstants.LF_SYMLINK;
                            case HARD_LINK -> TarConstants.LF_LINK;
                            case FOLDER -> TarConstants.LF_DIR;
                        };
                String slash = item.kind() == Kind.FOLDER ? "/" : "";
                TarArchiveEntry entry = new TarArchiveEntry(item.path() + slash, type);
                boolean link = item.kind() == Kind.LINK || item.kind() == Kind.HARD_LINK;
                if (link) {
                    entry.setLinkName(item.target());
                } else {
                    entry.setSize(item.content().length);
                }
                out.putArchiveEntry(entry);
                if (!link) {
                    out.write(item.content());
                }
                out.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Hard links are not known to zip archives. */
    static byte[] zip(List<Item> items, ZipNames names, Charset charset) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
            out.setEncoding((names == ZipNames.FLAG ? StandardCharsets.UTF_8 : charset).name());
            out.setUseLanguageEncodingFlag(names == ZipNames.FLAG);
            out.setCreateUnicodeExtraFields(
                    names == ZipNames.EXTRA_FIELD
                            ? ZipArchiveOutputStream.UnicodeExtraFieldPolicy.ALWAYS
                            : ZipArchiveOutputStream.UnicodeExtraFieldPolicy.NEVER);
            for (Item item : items) {
                ZipArchiveEntry entry = new ZipArchiveEntry(item.path() + (item.kind() == Kind.FOLDER ? "/" : ""));
                entry.setUnixMode(item.kind() == Kind.LINK ? 0120777 : 0100644);
                byte[] content = item.kind() == Kind.LINK
                        ? item.target().getBytes(names == ZipNames.FLAG ? StandardCharsets.UTF_8 : charset)
                        : item.content();
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
