package convoy.jobs.packaging;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars for a bundle: without native libraries of other platforms than Linux on x86-64, and not compressed, for what packs the whole
 * finds more alike in what is plain, and a plain jar is read faster.
 */
final class StoredJar {
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so(\\.\\d+)*|dylib|jnilib|dll)");
    private static final Pattern OTHER_SYSTEM = Pattern.compile(".*(freebsd|openbsd|sunos|android|musl).*");
    /** Of OpenCV: for Python and for those who compile. */
    private static final Pattern NOT_USED =
            Pattern.compile("org/bytedeco/[^/]+/linux-x86_64[^/]*/(python|share|include|lib/cmake|lib/pkgconfig)/.*");

    private static final Pattern LICENCE =
            Pattern.compile("(.*/)?(licen[cs]e|notice|copying|copyright|third[-_]?party)[^/]*");
    /** What names a licence where there is no text of it. */
    private static final Pattern DECLARATION = Pattern.compile("meta-inf/(maven/.*/pom\\.xml|manifest\\.mf)");

    private static final Pattern CODE = Pattern.compile(".*\\.(class|so|java|cpp|h)");

    private static final byte[] ELF = {0x7F, 'E', 'L', 'F'};
    private static final int MACHINE = 18;
    private static final int X86_64 = 62;

    private final Set<Integer> wanted;
    private final Path licences;
    private final SortedMap<Integer, Long> machineCode = new TreeMap<>();

    /**
     * @param wanted types of GPU whose machine code is kept; all if empty
     * @param licences directory for the texts of licences found, or what names a licence where there is none; a directory for each jar
     */
    StoredJar(Set<Integer> wanted, Path licences) {
        this.wanted = wanted;
        this.licences = licences;
    }

    /** How many bytes of machine code were found for each type of GPU. */
    SortedMap<Integer, Long> machineCode() {
        return Collections.unmodifiableSortedMap(machineCode);
    }

    /**
     * Copies one jar.
     *
     * @throws BadInputException if an entry is larger than an array
     */
    void copy(Path from, Path to) throws IOException {
        try (ZipFile source = new ZipFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream target = new ZipOutputStream(file)) {
            target.setMethod(ZipOutputStream.STORED);
            List<? extends ZipEntry> entries = Collections.list(source.entries());
            Pattern licence = entries.stream().anyMatch(entry -> isOf(LICENCE, entry)) ? LICENCE : DECLARATION;
            for (ZipEntry entry : entries) {
                byte[] content = read(source, entry, from);
                String name = entry.getName().toLowerCase(Locale.ROOT);
                if (NOT_USED.matcher(name).matches()
                        || (NATIVE.matcher(name).matches() && !isForThisPlatform(name, content))) {
                    continue;
                }
                if (!wanted.isEmpty() && NATIVE.matcher(name).matches()) {
                    FatBinary.blank(content, wanted).forEach((sm, bytes) -> machineCode.merge(sm, bytes, Long::sum));
                }
                if (isOf(licence, entry)) {
                    keepLicence(from, entry.getName(), content);
                }
                target.putNextEntry(stored(entry, content));
                target.write(content);
            }
        }
    }

    private static boolean isOf(Pattern kind, ZipEntry entry) {
        String name = entry.getName().toLowerCase(Locale.ROOT);
        return !entry.isDirectory()
                && kind.matcher(name).matches()
                && !CODE.matcher(name).matches();
    }

    private static byte[] read(ZipFile source, ZipEntry entry, Path from) throws IOException {
        if (entry.getSize() < 0 || entry.getSize() > Integer.MAX_VALUE - 8) {
            throw new BadInputException(from + " holds " + entry.getName() + " of "
                    + Counts.plain(entry.getSize(), "byte") + ", 2 GiB or more");
        }
        byte[] content = new byte[(int) entry.getSize()];
        try (DataInputStream in = new DataInputStream(source.getInputStream(entry))) {
            in.readFully(content);
        }
        return content;
    }

    private static boolean isForThisPlatform(String name, byte[] content) {
        return content.length > MACHINE
                && Arrays.equals(ELF, Arrays.copyOf(content, ELF.length))
                && content[MACHINE] == X86_64
                && !OTHER_SYSTEM.matcher(name).matches();
    }

    private static ZipEntry stored(ZipEntry entry, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry stored = new ZipEntry(entry.getName());
        stored.setTime(entry.getTime());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(content.length);
        stored.setCrc(sum.getValue());
        return stored;
    }

    private void keepLicence(Path jar, String name, byte[] text) throws IOException {
        Path directory = licences.resolve(String.valueOf(jar.getFileName()).replaceFirst("\\.jar$", ""));
        Files.createDirectories(directory);
        // One flat directory: what lay in META-INF is META-INF_LICENSE there only where names would meet.
        String last = name.substring(name.lastIndexOf('/') + 1);
        Path file = directory.resolve(last);
        Files.write(Files.exists(file) ? directory.resolve(name.replace('/', '_')) : file, text);
    }
}
