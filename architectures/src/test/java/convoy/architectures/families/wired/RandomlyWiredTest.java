package convoy.architectures.families.wired;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import org.junit.jupiter.api.Test;

final class RandomlyWiredTest {
    @Test
    void wiringIsAFunctionOfTheSeed() {
        String first = wired(7).fingerprint();
        assertThat(wired(7).fingerprint()).isEqualTo(first);
        assertThat(wired(8).fingerprint()).isNotEqualTo(first);
    }

    private static Network wired(long seed) {
        return RandomlyWired.entry("wired", RandomlyWired.Wiring.WS, RandomlyWired.Regime.SMALL, seed)
                .build(NetworkArguments.defaults());
    }
}
