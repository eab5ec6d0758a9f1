package convoy.records.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CountsTest {
    @Test
    void oneIsOne() {
        assertThat(Counts.of(1, "worker")).isEqualTo("1 worker");
        assertThat(Counts.of(0, "worker")).isEqualTo("0 workers");
        assertThat(Counts.of(5000, "class", "classes")).isEqualTo("5,000 classes");
        assertThat(Counts.plain(1, "byte")).isEqualTo("1 byte");
        assertThat(Counts.plain(-1, "byte")).isEqualTo("-1 bytes");
        assertThat(Counts.plain(5000, "class", "classes")).isEqualTo("5000 classes");
    }
}
