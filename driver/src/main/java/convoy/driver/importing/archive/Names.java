package convoy.driver.importing.archive;

import convoy.records.BadInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Makes text of the names in archives, which are bytes. They are UTF-8 unless {@code --names} says otherwise; what is not is
 * an error, never a question mark. Names that an archive itself marks as UTF-8 (a flag or the extra field of a zip archive,
 * PAX records of a tar archive) do not come here.
 */
public final class Names {
    private static final String LETTERS = "ABCXYZabcxyz019./-_";

    private final Charset charset;
    private final boolean given;

    private Names(Charset charset, boolean given) {
        this.charset = charset;
        this.given = given;
    }

    /**
     * {@return a reader of names in a charset}
     *
     * @param charset its name; empty for UTF-8
     * @throws BadInputException if there is no such charset, or no archive can be written in it
     */
    public static Names in(String charset) {
        if (charset.isEmpty()) {
            return new Names(StandardCharsets.UTF_8, false);
        }
        Charset found;
        try {
            found = Charset.forName(charset);
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            throw new BadInputException(
                    "names = " + charset
                            + " is no charset that Java knows: say CP866, windows-1251, Shift_JIS, GBK or the"
                            + " like",
                    e);
        }
        if (!new String(LETTERS.getBytes(StandardCharsets.US_ASCII), found).equals(LETTERS)) {
            throw new BadInputException("names = " + charset
                    + " does not write Latin letters as ASCII does, so no archive has names in it: say CP866,"
                    + " windows-1251, Shift_JIS, GBK or the like");
        }
        return new Names(found, true);
    }

    /** The text of a name; empty if these bytes are none. */
    Optional<String> decode(byte[] name) {
        return strictly(name, charset);
    }

    static Optional<String> strictly(byte[] name, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** What is wrong with a name that cannot be decoded, and what to do. */
    String fault() {
        return given
                ? "has a name that is not " + charset.name() + ": say another charset with --names"
                : "has a name that is not UTF-8: say what it is in with --names, as --names CP866 or --names"
                        + " windows-1251";
    }

    /** Bytes that are no text, for a person: what is not ASCII as {@code \x} and two digits. */
    static String shown(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name) {
            if (b >= ' ' && b < 127) {
                text.append((char) b);
            } else {
                text.append("\\x").append(HexFormat.of().toHexDigits(b));
            }
        }
        // All of it: folders are told apart by such names too, and pictures by their ends.
        return text.toString();
    }

    /**
     * A path without empty parts, dots, and what a double dot takes back.
     *
     * @return empty if a double dot leads out of the top
     */
    static Optional<String> normalized(String path) {
        ArrayDeque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    return Optional.empty();
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return Optional.of(String.join("/", parts));
    }
}
