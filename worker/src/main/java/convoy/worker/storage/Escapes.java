package convoy.worker.storage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands behind a percent sign in a URI, which Hadoop's paths take as it is. */
final class Escapes {
    /** The scheme and, if there is one, the authority, which may hold a key that is escaped in a way of its own. */
    private static final Pattern BEGINNING = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?(?=/)");

    private Escapes() {}

    /**
     * A URI with {@code %20} and its like decoded as UTF-8, and whatever else as it is; anything without a scheme as it is.
     *
     * @throws IllegalArgumentException saying what is wrong with an escape
     */
    static String decoded(String uri) {
        Matcher beginning = BEGINNING.matcher(uri);
        if (!beginning.lookingAt() || uri.indexOf('%', beginning.end()) < 0) {
            return uri;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = beginning.end();
        while (at < uri.length()) {
            int escape = uri.indexOf('%', at);
            bytes.writeBytes(
                    uri.substring(at, escape < 0 ? uri.length() : escape).getBytes(StandardCharsets.UTF_8));
            if (escape < 0) {
                break;
            }
            bytes.write(octet(uri, escape));
            at = escape + 3;
        }
        try {
            return beginning.group() + StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("what its escapes stand for is no UTF-8", e);
        }
    }

    private static int octet(String uri, int escape) {
        int high = escape + 1 < uri.length() ? Character.digit(uri.charAt(escape + 1), 16) : -1;
        int low = escape + 2 < uri.length() ? Character.digit(uri.charAt(escape + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException(
                    "the % is not followed by two hexadecimal digits, as in a URI; a % itself is written %25");
        }
        return 16 * high + low;
    }
}
