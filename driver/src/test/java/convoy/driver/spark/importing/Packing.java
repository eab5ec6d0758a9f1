package convoy.driver.spark.importing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Lays the same files out as a folder or as an archive of any kind. */
enum Packing {
    FOLDER,
    TAR,
    TAR_GZ,
    ZIP,
    /** Each file gzipped on its own, in a folder. */
    GZ,
    /** A tar archive in a zip archive. */
    TAR_IN_ZIP;

    /** Writes the files, by path, to that place and returns what to import. */
    Path pack(Path place, Map<String, byte[]> files) {
        try {
            return switch (this) {
                case FOLDER -> folder(place, files);
                case TAR -> file(place, ".tar", out -> tar(out, files));
                case TAR_GZ ->
                    file(place, ".tar.gz", out -> {
                        try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
                            tar(zipped, files);
                        }
                    });
                case ZIP -> file(place, ".zip", out -> zip(out, files));
                case GZ -> {
                    Files.createDirectories(place);
                    for (Map.Entry<String, byte[]> file : files.entrySet()) {
                        Path target = place.resolve(file.getKey() + ".gz");
                        Files.createDirectories(target.getParent());
                        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(target))) {
                            out.write(file.getValue());
                        }
                    }
                    yield place;
                }
                case TAR_IN_ZIP -> {
                    Path inner = TAR.pack(place.resolveSibling(place.getFileName() + "-inner"), files);
                    yield ZIP.pack(place, Map.of("inner.tar", Files.readAllBytes(inner)));
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    private static Path folder(Path place, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(place);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = place.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        return place;
    }

    private static Path file(Path place, String suffix, Content content) throws IOException {
        Path path = place.resolveSibling(place.getFileName() + suffix);
        Files.createDirectories(path.getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            content.to(out);
        }
        return path;
    }

    private static void tar(OutputStream out, Map<String, byte[]> files) throws IOException {
        TarArchiveOutputStream archive = new TarArchiveOutputStream(out);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry("./" + file.getKey());
            entry.setSize(file.getValue().length);
            archive.putArchiveEntry(entry);
            archive.write(file.getValue());
            archive.closeArchiveEntry();
        }
        archive.finish();
    }

    private static void zip(OutputStream out, Map<String, byte[]> files) throws IOException {
        ZipOutputStream archive = new ZipOutputStream(out);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            archive.putNextEntry(new ZipEntry(file.getKey()));
            archive.write(file.getValue());
            archive.closeEntry();
        }
        archive.finish();
    }
}
