package convoy.jobs.registry.history;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.regex.Pattern;

/** Names that a person gives, of registries and of aliases. They stand in URIs, in tables and in other programs' settings. */
public final class GivenName {
    /** The alias of the version that serves. */
    public static final String CHAMPION = "champion";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private GivenName() {}

    /**
     * {@return the name of a registry, if it is one}
     *
     * @param what it is called in a message
     * @param name as it was given
     * @throws BadInputException if it is none
     */
    public static String registry(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadInputException(Refusal.of(what, "'" + name + "'")
                    .because("is no name of a registry")
                    .instead("use letters, digits, '.', '_' and '-', 64 at most, and begin with a letter or a digit"));
        }
        return name;
    }

    /**
     * {@return the name of an alias, if it is one; a number is none, since it names a version}
     *
     * @param what it is called in a message
     * @param name as it was given
     * @throws BadInputException if it is none
     */
    public static String alias(String what, String name) {
        if (!isAlias(name)) {
            throw new BadInputException(Refusal.of(what, "'" + name + "'")
                    .because("is no name of an alias")
                    .instead(
                            "use letters, digits, '.', '_' and '-', 64 at most, begin with a letter or a digit, and let it be"
                                    + " no number"));
        }
        return name;
    }

    /**
     * {@return whether a text is the name of an alias}
     *
     * @param name any text
     */
    public static boolean isAlias(String name) {
        return NAME.matcher(name).matches() && !NUMBER.matcher(name).matches();
    }
}
