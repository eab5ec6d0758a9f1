package convoy.records.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, by which files and descriptions are told apart. */
public final class Sha256 {
    private Sha256() {}

    /** {@return a digest of what will be fed to it} */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /**
     * {@return 64 hexadecimal digits of all that was fed to a digest, which begins anew}
     *
     * @param digest from {@link #begin}
     */
    public static String digits(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * {@return 64 hexadecimal digits of these bytes}
     *
     * @param bytes all that is digested
     */
    public static String digits(byte[] bytes) {
        return HexFormat.of().formatHex(begin().digest(bytes));
    }

    /**
     * {@return 64 hexadecimal digits of a text in UTF-8}
     *
     * @param text all that is digested
     */
    public static String digits(String text) {
        return digits(text.getBytes(StandardCharsets.UTF_8));
    }
}
