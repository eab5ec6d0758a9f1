package convoy.driver.lease;

import convoy.parameterserver.files.Durable;
import convoy.parameterserver.files.FileAccess;
import convoy.records.BadInputException;
import convoy.worker.storage.Listing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The lease's folder. Of a file system it needs three things, which disks, HDFS and object stores all have: a file of a name that
 * nobody else uses is made and deleted, and a listing shows every file that was there before it began and still is.
 */
final class Claims {
    static final String SIGN = ".sign-";
    private static final String OVER = ".over";
    private static final Pattern NAME =
            Pattern.compile("([0-9]{8,18})-([0-9a-f]{16})(?:\\.sign-([0-9]{1,18})|(\\.over))?");

    private final FileSystem files;
    private final Path folder;

    /** @param folder of the lease, which need not be there */
    Claims(FileSystem files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /**
     * All claims, those of lower epochs first. One of which there are signs but no more the file that makes it is over: somebody removed
     * it while its driver was writing them.
     */
    List<Claim> list() throws IOException {
        Map<String, Claim> found = new TreeMap<>();
        Set<String> made = new HashSet<>();
        for (FileStatus file : statuses()) {
            Matcher name = NAME.matcher(file.getPath().getName());
            if (name.matches()) {
                long sign =
                        Optional.ofNullable(name.group(3)).map(Long::parseLong).orElse(0L);
                Claim claim = new Claim(Long.parseLong(name.group(1)), name.group(2), 0, false);
                found.merge(
                        claim.name(),
                        claim.with(sign, name.group(4) != null),
                        (one, other) -> one.with(other.sign(), other.over()));
                if (name.group().equals(claim.name())) {
                    made.add(claim.name());
                }
            }
        }
        return found.values().stream()
                .map(claim -> claim.with(0, !made.contains(claim.name())))
                .toList();
    }

    private FileStatus[] statuses() throws IOException {
        try {
            return Listing.of(files, folder);
        } catch (FileNotFoundException nobodyYet) {
            return new FileStatus[0];
        }
    }

    /** Who made a claim; empty if it is gone, was killed while it wrote that down, or wrote it in another format. */
    Optional<Holder> holder(Claim claim) throws IOException {
        try (FSDataInputStream in = files.open(new Path(folder, claim.name()))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(Holder.FORMAT.read(text, claim.name(), "it tells nothing", "it tells nothing"));
        } catch (FileNotFoundException | BadInputException unknown) {
            return Optional.empty();
        }
    }

    /** Writes a claim down; whoever lists from now on sees it, also after a loss of power, so that no epoch is given twice. */
    void make(Claim claim, Holder holder) throws IOException {
        FileAccess.write(() -> Durable.makeFolders(files, folder));
        write(claim.name(), Holder.FORMAT.writeLine(holder));
        Durable.force(files, folder);
    }

    /** Shows that a claim's driver lives. */
    void sign(Claim claim, long number) throws IOException {
        write(claim.signName(number), "");
        if (number > 1) {
            delete(claim.signName(number - 1));
        }
    }

    /** Says that a claim's driver is done. */
    void end(Claim claim) throws IOException {
        write(claim.name() + OVER, "");
    }

    /** Removes all files of a claim, first that which makes it. */
    void remove(Claim claim) throws IOException {
        delete(claim.name());
        for (FileStatus file : statuses()) {
            if (file.getPath().getName().startsWith(claim.name() + ".")) {
                delete(file.getPath().getName());
            }
        }
    }

    private void write(String name, String text) throws IOException {
        FileAccess.write(() -> {
            try (FSDataOutputStream out = files.create(new Path(folder, name), true)) {
                if (!text.isEmpty()) {
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    Durable.sync(out);
                }
            }
        });
    }

    private void delete(String name) throws IOException {
        files.delete(new Path(folder, name), false);
    }
}
