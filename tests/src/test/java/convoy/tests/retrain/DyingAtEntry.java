package convoy.tests.retrain;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** HDFS for a process that ends, as by {@code kill -9}, before a certain entry of a registry's history takes its name. */
public final class DyingAtEntry extends DistributedFileSystem {
    /** The number of that entry. */
    static final String ENTRY = "convoy.tests.entry";

    private static final Pattern NAME = Pattern.compile("([0-9]{8})-[0-9]{8}\\.json");

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        Matcher name = NAME.matcher(to.getName());
        if (name.matches()
                && to.getParent().getName().equals("history")
                && Integer.parseInt(name.group(1)) == Integer.getInteger(ENTRY, 0)) {
            Runtime.getRuntime().halt(137);
        }
        return super.rename(from, to);
    }
}
