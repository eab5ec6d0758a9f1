package convoy.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit that were built, as the build wrote them down. */
public final class Version implements IVersionProvider {
    private static final String BUILD = "/convoy/jobs/build.properties";

    @Override
    public String[] getVersion() {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(BUILD)) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + BUILD, e);
        }
        return new String[] {text(build)};
    }

    /**
     * {@return the one line of a build's properties}
     *
     * @param build properties that the build wrote
     */
    public static String text(Properties build) {
        String commit = build.getProperty("commit", "").strip();
        return "convoy " + build.getProperty("version", "of no known version").strip()
                + (commit.isEmpty()
                        ? " (of no known commit: built without git, as from a source archive)"
                        : " (commit " + commit.replaceFirst("-dirty$", " and changes that are in none") + ")");
    }
}
