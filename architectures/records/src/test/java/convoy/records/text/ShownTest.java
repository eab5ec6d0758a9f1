package convoy.records.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShownTest {
    private static final String HOSTILE = "a\u001b[2Jb\rc\u0000\u007f\u009bd\u202ee\tf\n猫é\u2028";

    @Test
    void aTerminalObeysNothing() {
        assertThat(Shown.lines(HOSTILE)).isEqualTo("a\\x1b[2Jb\\x0dc\\x00\\x7f\\x9bd\\u202ee\tf\n猫é\\u2028");
    }

    @Test
    void aSentenceIsOneLineAndANameOneColumn() {
        assertThat(Shown.line("class a\nb\tc")).isEqualTo("class a\\nb\tc");
        assertThat(Shown.name("a\nb\tc")).isEqualTo("a\\nb\\tc");
    }

    @Test
    void whatWasShownStaysAsItIs() {
        String once = Shown.line(HOSTILE);
        assertThat(Shown.line(once)).isEqualTo(once).hasLineCount(1);
        assertThat(Shown.line("C:\\new 100 % a\\x1b")).isEqualTo("C:\\new 100 % a\\x1b");
    }
}
