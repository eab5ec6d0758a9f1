package convoy.worker.storage;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The home directory that {@code ~} stands for, where no shell has seen it: in a run file, or behind an equals sign. */
public final class HomeDirectory {
    /** An option with its value, as {@code --to=~/data}: a shell leaves the tilde alone there. */
    private static final Pattern OPTION = Pattern.compile("(--[A-Za-z0-9-]+=)(~.*)");

    private HomeDirectory() {}

    /**
     * {@return the URI that a key of a run file means: {@code ~/runs} is {@code file:///home/me/runs}, whatever file
     * system paths without a scheme lie on}
     *
     * @param key for the message
     * @param uri as it was written
     * @throws BadInputException if there is no home directory, or somebody else's is meant
     */
    public static String uri(String key, String uri) {
        if (!uri.startsWith("~")) {
            return uri;
        }
        String encoded =
                expanded(key, uri, System.getProperty("user.home", "")).toUri().toString();
        // Java ends the URI of a directory that is there with a slash, and of no other.
        return encoded.endsWith("/") ? encoded.substring(0, encoded.length() - 1) : encoded;
    }

    /**
     * {@return a word of the command line, with the home directory where a shell would have put it}
     *
     * @param word as it was typed
     */
    public static String word(String word) {
        Matcher option = OPTION.matcher(word);
        if (option.matches()) {
            return option.group(1) + word(option.group(2));
        }
        return word.equals("~") || word.startsWith("~/")
                ? expanded("a path", word, System.getProperty("user.home", "")).toString()
                : word;
    }

    static Path expanded(String what, String path, String home) {
        if (!path.equals("~") && !path.startsWith("~/")) {
            String name = path.indexOf('/') < 0 ? path : path.substring(0, path.indexOf('/'));
            throw new BadInputException(Refusal.of(what, path)
                    .instead(name + " would be the home directory of another user, which is not looked up; write the"
                            + " whole path, or ./" + path + " for what is called so here"));
        }
        // Java's word for a user that the system does not know.
        if (home.isEmpty() || home.equals("?")) {
            throw new BadInputException(Refusal.of(what, path)
                    .instead(
                            "there is no home directory, as the system does not know this user; write the whole path"));
        }
        return Path.of(home, path.substring(1)).toAbsolutePath();
    }

    /** Who asks, for a message. */
    static String user() {
        String name = System.getProperty("user.name", "?");
        return name.equals("?") ? "this user" : name;
    }
}
