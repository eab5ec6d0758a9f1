package convoy.driver.importing.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.ChecksumVerifyingInputStream;

/** A zip archive. Its directory stands at the end, and says what its entries do not: so it is read from a channel. */
final class ZipFrame implements Frame {
    /** A path of Linux is no longer. */
    private static final int LONGEST_TARGET = 4096;

    private final Inside inside;
    private final SeekableByteChannel channel;
    private final Names names;
    private Optional<ZipFile> zip = Optional.empty();
    private Optional<Enumeration<ZipArchiveEntry>> entries = Optional.empty();

    ZipFrame(Inside inside, SeekableByteChannel channel, Names names) {
        this.inside = inside;
        this.channel = channel;
        this.names = names;
    }

    @Override
    public Optional<Node> next() throws IOException {
        if (zip.isEmpty()) {
            // One character a byte, since the bytes of the names are decoded here; the extra field of a name wins.
            zip = Optional.of(new ZipFile(channel, inside.where(), StandardCharsets.ISO_8859_1.name(), true));
            entries = Optional.of(zip.get().getEntriesInPhysicalOrder());
        }
        Enumeration<ZipArchiveEntry> rest = entries.orElseThrow();
        return rest.hasMoreElements() ? Optional.of(node(zip.get(), rest.nextElement())) : Optional.empty();
    }

    private Node node(ZipFile file, ZipArchiveEntry entry) throws IOException {
        Optional<String> name = name(entry);
        if (name.isEmpty()) {
            return inside.unreadable(Names.shown(entry.getRawName()), names.fault());
        }
        if (entry.isDirectory()) {
            return inside.folder(name.get());
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return inside.unreadable(name.get(), "is encrypted: unpack the archive and import what was in it");
        }
        if (!file.canReadEntryData(entry)) {
            return inside.unreadable(
                    name.get(),
                    "is compressed by method " + entry.getMethod()
                            + ", which is not read: unpack the archive and import what was in it");
        }
        if (!entry.isUnixSymlink()) {
            return inside.file(name.get(), content(file, entry));
        }
        byte[] target;
        try (InputStream in = content(file, entry)) {
            target = in.readNBytes(LONGEST_TARGET);
        }
        Optional<String> text = entry.getGeneralPurposeBit().usesUTF8ForNames()
                ? Names.strictly(target, StandardCharsets.UTF_8)
                : names.decode(target);
        return text.<Node>map(to -> inside.link(name.get(), to, false))
                .orElseGet(() -> inside.unreadable(
                        name.get(), "is a link to " + Names.shown(target) + ", which " + names.fault()));
    }

    /** The library does not compare checksums by itself. */
    private static InputStream content(ZipFile file, ZipArchiveEntry entry) throws IOException {
        return new ChecksumVerifyingInputStream(
                new CRC32(), file.getInputStream(entry), entry.getSize(), entry.getCrc());
    }

    private Optional<String> name(ZipArchiveEntry entry) {
        Optional<String> name =
                switch (entry.getNameSource()) {
                    case UNICODE_EXTRA_FIELD -> Optional.of(entry.getName());
                    case NAME_WITH_EFS_FLAG -> Names.strictly(entry.getRawName(), StandardCharsets.UTF_8);
                    case NAME -> names.decode(entry.getRawName());
                };
        // Archives made on Windows by old programs part folders as Windows does.
        return entry.getPlatform() == ZipArchiveEntry.PLATFORM_FAT
                ? name.map(text -> text.contains("/") ? text : text.replace('\\', '/'))
                : name;
    }

    @Override
    public void close() throws IOException {
        if (zip.isPresent()) {
            zip.get().close();
        }
        channel.close();
    }

    @Override
    public String toString() {
        return inside.where();
    }
}
