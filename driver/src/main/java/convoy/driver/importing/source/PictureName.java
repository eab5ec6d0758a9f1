package convoy.driver.importing.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a list names a picture that lies in a folder or archive: by its name without the ending, or by the number in it. */
public final class PictureName {
    private static final Pattern NUMBER = Pattern.compile(".*?0*([0-9]{1,9})");

    private PictureName() {}

    /**
     * {@return what a name is looked up by}
     *
     * @param name of a picture, with an ending or without, with folders before it or without
     */
    public static String key(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int dot = last.lastIndexOf('.');
        return dot > 0 ? last.substring(0, dot) : last;
    }

    /**
     * {@return what the picture of a number is looked up by}
     *
     * @param number from 1
     */
    public static String key(long number) {
        return "#" + number;
    }

    /**
     * {@return the same of a picture whose name ends in its number, as {@code ILSVRC2012_val_00000001.JPEG}}
     *
     * @param name of the file
     */
    public static Optional<String> numberKey(String name) {
        Matcher found = NUMBER.matcher(key(name));
        return found.matches() ? Optional.of(key(Long.parseLong(found.group(1)))) : Optional.empty();
    }
}
