package convoy.records.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

final class Sha256Test {
    /** FIPS 180-2, appendix B.1. */
    @Test
    void abcHasTheStandardsDigest() {
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(Sha256.digits("abc")).isEqualTo(expected);
        MessageDigest digest = Sha256.begin();
        digest.update(new byte[] {'a', 'b'});
        digest.update((byte) 'c');
        assertThat(Sha256.digits(digest)).isEqualTo(expected);
    }
}
