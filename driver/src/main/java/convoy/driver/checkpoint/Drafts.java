package convoy.driver.checkpoint;

import convoy.driver.lease.GuardedFileSystem;
import convoy.parameterserver.files.Durable;
import convoy.worker.storage.Listing;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Files that drivers before this one were writing or replacing: {@code .manifest.json.5.tmp}, {@code .metrics.jsonl.5.next}, and what made
 * room for such a one, {@code .metrics.jsonl.5.next.old}.
 *
 * @param files that ask the lease
 * @param epoch of the driver; those of lower ones are meant
 */
record Drafts(GuardedFileSystem files, long epoch) {
    private static final Pattern NAME =
            Pattern.compile("\\.(.+)\\.([0-9]{1,18})\\.(?:tmp|next)(" + Pattern.quote(Durable.OLD) + ")?");

    /** Removes them; what had made room for a file that did not come gets its name back. */
    void clear(Path folder) throws IOException {
        FileStatus[] found = Listing.of(files, folder);
        for (FileStatus file : found) {
            Matcher name = NAME.matcher(file.getPath().getName());
            if (isEarlier(name) && name.group(3) != null) {
                giveBack(file.getPath(), new Path(folder, name.group(1)));
            }
        }
        for (FileStatus file : found) {
            Matcher name = NAME.matcher(file.getPath().getName());
            if (isEarlier(name) && name.group(3) == null) {
                files.delete(file.getPath(), false);
            }
        }
    }

    private boolean isEarlier(Matcher name) {
        return name.matches() && Long.parseLong(name.group(2)) < epoch;
    }

    private void giveBack(Path old, Path name) throws IOException {
        if (files.exists(name)) {
            files.delete(old, false);
        } else if (!files.rename(old, name)) {
            throw new IOException(old + " could not be renamed to " + name);
        }
    }
}
