package convoy.worker.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NamesTest {
    @Test
    void namesThatLookAlikeAreSpelledOut() {
        assertThat(Names.difference("caf\u00e9", "cafe\u0301"))
                .isEqualTo(" (they look alike, and are written in Unicode's form NFC and in Unicode's form NFD:"
                        + " c a f U+00E9 and c a f e U+0301)");
        assertThat(Names.difference("cat", "cat\u00a0"))
                .isEqualTo(" (they differ in letters that look alike: c a t and c a t U+00A0)");
        assertThat(Names.difference("cat", "cat "))
                .isEqualTo(" (they differ in space around them: c a t and c a t U+0020)");
        assertThat(Names.difference("Cat", "cat"))
                .isEqualTo(" (they differ in letters that look alike: C a t and c a t)");
        assertThat(Names.difference("cat", "dog")).isEmpty();
        assertThat(Names.difference("cat", "cat")).isEmpty();
    }

    @Test
    void whichNamesAreMissingIsSaidWithFiveAtMost() {
        assertThat(Names.lacking(List.of("a", "b", "c", "d", "e", "f", "g", "z"), List.of("z", "y")))
                .isEqualTo(" (the first lacks a, b, c, d, e and 2 more; the second lacks y)");
        assertThat(Names.lacking(List.of("a"), List.of("a"))).isEmpty();
        assertThat(Names.option(List.of("a", "b"))).isEqualTo("a,b");
        assertThat(Names.option(List.of("a,b"))).isEqualTo("NAME,NAME,…");
        assertThat(Names.option(Collections.nCopies(300, "n"))).isEqualTo("NAME,NAME,…");
    }
}
