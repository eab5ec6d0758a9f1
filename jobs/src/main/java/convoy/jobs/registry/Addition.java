package convoy.jobs.registry;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * What is to become a version.
 *
 * @param files its files by name, {@code model.safetensors} among them
 * @param origin where it came from
 * @param description says what the model is, once its files lie where they stay
 * @param check what else has to be so
 */
public record Addition(SortedMap<String, Content> files, Version.Origin origin, Description description, Check check) {
    /** File of the model. */
    public static final String MODEL = "model.safetensors";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public Addition {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        if (!files.containsKey(MODEL)) {
            throw new IllegalArgumentException("a version without " + MODEL);
        }
        files.keySet().forEach(name -> {
            if (!NAME.matcher(name).matches() || name.equals(Version.FILE)) {
                throw new BadInputException(Refusal.of("file", "'" + name + "'")
                        .because("is no name of a version's file")
                        .instead("use letters, digits, '.', '_' and '-', 100 at most, and not " + Version.FILE));
            }
        });
    }

    /**
     * {@return an addition of a model that may be of any classes}
     *
     * @param files its files by name, {@code model.safetensors} among them
     * @param origin where it came from
     * @param description says what the model is
     */
    public static Addition of(Map<String, Content> files, Version.Origin origin, Description description) {
        return new Addition(new TreeMap<>(files), origin, description, (registry, model) -> {});
    }

    /** Says what a model is. */
    @FunctionalInterface
    public interface Description {
        /**
         * Reads it off the model's file.
         *
         * @param hadoop settings of the file systems
         * @param uri of the file
         * @return what it is
         * @throws BadInputException if it is none
         */
        Version.Model of(Configuration hadoop, String uri);
    }

    /** Says whether a model may become a version. */
    @FunctionalInterface
    public interface Check {
        /**
         * Refuses one that may not.
         *
         * @param registry as it is
         * @param model that is to become a version of it
         * @throws BadInputException if it may not
         */
        void require(Registry registry, Version.Model model);
    }

    /**
     * {@return the same with another check beside its own}
     *
     * @param further asked after it
     */
    public Addition checked(Check further) {
        return new Addition(files, origin, description, (registry, model) -> {
            check.require(registry, model);
            further.require(registry, model);
        });
    }

    /**
     * {@return the same with one file more}
     *
     * @param name of the file
     * @param content of it
     */
    public Addition with(String name, Content content) {
        SortedMap<String, Content> more = new TreeMap<>(files);
        more.put(name, content);
        return new Addition(more, origin, description, check);
    }
}
