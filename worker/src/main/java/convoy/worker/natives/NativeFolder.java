package convoy.worker.natives;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** The folder that native libraries are unpacked into, which the system may forbid to run anything from. */
final class NativeFolder {
    static final String SETTING = "org.bytedeco.javacpp.cachedir";

    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    private NativeFolder() {}

    /** What is the matter with it, if it is that; asked once a library did not load. */
    static Optional<BadInputException> complaint(Throwable failure) {
        Path folder;
        String mounts;
        try {
            folder = Loader.getCacheDir().toPath().toRealPath();
            mounts = Files.isReadable(MOUNTS) ? Files.readString(MOUNTS) : "";
        } catch (IOException unknown) {
            failure.addSuppressed(unknown);
            return Optional.empty();
        }
        return forbidding(folder, mounts).map(mount -> new BadInputException(refusal(folder, mount), failure));
    }

    static String refusal(Path folder, Path mount) {
        return "native libraries cannot be loaded from " + folder + ", as " + mount
                + " is mounted noexec: give a folder that programs may run from, by CONVOY_CACHE=DIR before ./convoy, or by -D"
                + SETTING + "=DIR in spark.driver.extraJavaOptions and spark.executor.extraJavaOptions";
    }

    /**
     * The mount that a folder lies on, if nothing may be run from there.
     *
     * @param mounts as the system lists them: device, place, kind and options of one on each line, the later over the earlier
     */
    static Optional<Path> forbidding(Path folder, String mounts) {
        Path of = Path.of("/");
        boolean forbids = false;
        for (String line : mounts.lines().toList()) {
            String[] fields = line.split(" ", -1);
            if (fields.length < 4) {
                continue;
            }
            Path place = Path.of(unescaped(fields[1]));
            if (folder.startsWith(place) && place.getNameCount() >= of.getNameCount()) {
                of = place;
                forbids = Arrays.asList(fields[3].split(",", -1)).contains("noexec");
            }
        }
        return forbids ? Optional.of(of) : Optional.empty();
    }

    /** Spaces and their like stand in the list as three octal digits. */
    private static String unescaped(String place) {
        return place.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
