package convoy.jobs.packaging;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What {@code deploy/bundle}, and {@code join} beside a bundle's pieces, cannot do with the programs that every system has. Apart from the
 * command line, so that it needs two jars only.
 */
public final class BundleTool {
    /** Matches as far back as 128 MiB are found, the most that zstd unpacks without being asked. */
    private static final int WINDOW = 27;

    private static final int BUFFER = 1 << 20;

    private BundleTool() {}

    /**
     * Runs one of
     *
     * <pre>
     * copy-jars TARGET LICENCES SM[,SM…]|all JAR…   jars as a bundle has them
     * compress LEVEL                                standard input to standard output
     * decompress                                    standard input to standard output
     * </pre>
     *
     * @param arguments one of those
     */
    public static void main(String[] arguments) {
        int status = 0;
        try {
            run(List.of(arguments));
        } catch (IOException | BadInputException wrong) {
            System.err.println("convoy: " + wrong.getMessage());
            status = wrong instanceof BadInputException ? 2 : 1;
        }
        System.exit(status);
    }

    private static void run(List<String> words) throws IOException {
        switch (words.get(0)) {
            case "copy-jars" ->
                copyJars(
                        Path.of(words.get(1)),
                        Path.of(words.get(2)),
                        words.get(3),
                        words.subList(4, words.size()).stream().map(Path::of).toList());
            case "compress" -> compress(System.in, System.out, Integer.parseInt(words.get(1)));
            case "decompress" -> decompress(System.in, System.out);
            default -> throw new BadInputException(words.get(0) + " is none of copy-jars, compress, decompress");
        }
    }

    /** Copies jars, and refuses types of GPU that none of them has machine code for. */
    static void copyJars(Path target, Path licences, String sms, List<Path> jars) throws IOException {
        Set<Integer> wanted = sms.equals("all")
                ? Set.of()
                : Arrays.stream(sms.split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
        StoredJar copies = new StoredJar(wanted, licences);
        for (Path jar : jars) {
            copies.copy(jar, target.resolve(String.valueOf(jar.getFileName())));
        }
        SortedMap<Integer, Long> machineCode = copies.machineCode();
        for (int sm : wanted) {
            if (!machineCode.containsKey(sm)) {
                throw new BadInputException("--sm = " + sm + ": the libraries have machine code for "
                        + (machineCode.isEmpty()
                                ? "no GPU; give --gpu"
                                : machineCode.keySet().toString().replaceAll("[\\[\\]]", "") + "; give of these"));
            }
        }
        machineCode.forEach((sm, bytes) -> System.err.println((wanted.contains(sm) ? "kept " : "blanked ")
                + Math.round(bytes / 1e6) + " MB of machine code for sm_" + sm));
    }

    /** Compresses on all processors. */
    static void compress(InputStream in, OutputStream out, int level) throws IOException {
        try (ZstdOutputStream zstd = new ZstdOutputStream(out, level)) {
            zstd.setLong(WINDOW);
            zstd.setWorkers(Runtime.getRuntime().availableProcessors());
            zstd.setChecksum(true);
            pump(in, zstd);
        }
    }

    /** Undoes {@link #compress}. */
    static void decompress(InputStream in, OutputStream out) throws IOException {
        try (ZstdInputStream zstd = new ZstdInputStream(in);
                out) {
            pump(zstd, out);
        }
    }

    private static void pump(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int read = in.read(buffer);
        while (read >= 0) {
            out.write(buffer, 0, read);
            read = in.read(buffer);
        }
    }
}
