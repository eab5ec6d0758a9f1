package convoy.records.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FirstLineTest {
    @Test
    void whatFollowsTheFirstLineIsLeftOut() {
        assertThat(FirstLine.of("\n  Job aborted.\n\tat java.lang.Thread")).isEqualTo("Job aborted.");
        assertThat(FirstLine.of(new IOException("no room\nleft"))).isEqualTo("no room");
    }

    @Test
    void aFailureWithoutWordsIsNamedByItsKind() {
        assertThat(FirstLine.of(new IOException())).isEqualTo("IOException");
        assertThat(FirstLine.of(new IOException(" \n"))).isEqualTo("IOException");
        assertThat(FirstLine.of("")).isEmpty();
    }
}
