package convoy.parameterserver.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flat vector and its grid. */
final class ParameterLayoutTest {
    private static ParameterLayout of(int size) {
        return new ParameterLayout(List.of(Segment.of("w", List.of(size), 0, Segment.Role.WEIGHT, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1024, 1",
        "1024, 1024, 1",
        "1025, 1024, 2",
        "16384, 1024, 16",
        "16385, 2048, 9",
        "272474, 17408, 16",
        "4194304, 262144, 16",
        "4194305, 262144, 17",
        "25557032, 262144, 98",
        "2147483647, 262144, 8192"
    })
    void partitionsAreASixteenthInWholeKilofloats(int size, int partitionSize, int partitions) {
        ParameterLayout layout = of(size);
        assertThat(layout.partitionSize()).isEqualTo(partitionSize);
        assertThat(layout.partitions()).isEqualTo(partitions);
        int next = 0;
        for (int p = 0; p < partitions; p++) {
            KeyRange range = layout.partition(p);
            assertThat(range.begin()).isEqualTo(next);
            assertThat(range.size()).isBetween(1, partitionSize);
            next = range.end();
        }
        assertThat(next).isEqualTo(size);
    }

    @Test
    void serversOwnRunsOfPartitions() {
        ParameterLayout layout = of(272_474);
        for (int servers = 1; servers <= layout.partitions(); servers++) {
            List<KeyRange> ranges = layout.ranges(servers);
            assertThat(ranges).hasSize(servers);
            assertThat(ranges.get(0).begin()).isZero();
            assertThat(ranges.get(servers - 1).end()).isEqualTo(layout.size());
            for (int server = 0; server < servers; server++) {
                KeyRange owned = layout.partitionsOf(server, servers);
                assertThat(owned.size()).isBetween(layout.partitions() / servers, layout.partitions() / servers + 1);
                for (int p = owned.begin(); p < owned.end(); p++) {
                    assertThat(layout.serverOf(p, servers)).isEqualTo(server);
                    assertThat(ranges.get(server).intersect(layout.partition(p)))
                            .isEqualTo(layout.partition(p));
                }
            }
        }
    }

    @Test
    void refusesMoreServersThanPartitions() {
        assertThatThrownBy(() -> of(3_000).ranges(4))
                .hasMessage("servers = 4: a model of 3000 floats has 3 partitions, so use 1 to 3 servers");
        assertThatThrownBy(() -> of(3_000).partition(3)).hasMessage("partition 3: the layout has 3");
    }

    @Test
    void knowsItsTensors() {
        ParameterLayout layout = Layouts.ofEveryRole(500, 10);
        assertThat(layout.size()).isEqualTo(250 + 10 + 10 + 250 + 37 + 20);
        assertThat(layout.parameterCount()).isEqualTo(250 + 10 + 10 + 250 + 37);
        assertThat(layout.segment("fc.bias").range()).isEqualTo(new KeyRange(520, 557));
        assertThatThrownBy(() -> layout.segment("fc.bia")).hasMessage("no tensor is called 'fc.bia'");
    }

    @Test
    void fingerprintsTellLayoutsApart() {
        Segment weight = Segment.of("w", List.of(2, 3), 0, Segment.Role.WEIGHT, 0);
        String fingerprint = new ParameterLayout(List.of(weight)).fingerprint();
        assertThat(fingerprint).matches("[0-9a-f]{64}").isEqualTo(new ParameterLayout(List.of(weight)).fingerprint());
        for (Segment other : List.of(
                Segment.of("v", List.of(2, 3), 0, Segment.Role.WEIGHT, 0),
                Segment.of("w", List.of(3, 2), 0, Segment.Role.WEIGHT, 0),
                Segment.of("w", List.of(6), 0, Segment.Role.WEIGHT, 0),
                Segment.of("w", List.of(2, 3), 0, Segment.Role.NORM, 0),
                Segment.of("w", List.of(2, 3), 0, Segment.Role.STATISTIC, 0.1))) {
            assertThat(new ParameterLayout(List.of(other)).fingerprint()).isNotEqualTo(fingerprint);
        }
    }

    @Test
    void refusesWhatIsNoVector() {
        Segment a = Segment.of("a", List.of(4), 0, Segment.Role.WEIGHT, 0);
        assertThatThrownBy(() -> new ParameterLayout(List.of())).hasMessageContaining("at least one tensor");
        assertThatThrownBy(
                        () -> new ParameterLayout(List.of(a, Segment.of("b", List.of(4), 5, Segment.Role.WEIGHT, 0))))
                .hasMessage("tensor 'b' begins at 5: the tensors before it end at 4");
        assertThatThrownBy(
                        () -> new ParameterLayout(List.of(a, Segment.of("a", List.of(4), 4, Segment.Role.WEIGHT, 0))))
                .hasMessage("tensor 'a' occurs twice");
        assertThatThrownBy(() -> new ParameterLayout(List.of(
                        Segment.of("m", List.of(4), 0, Segment.Role.STATISTIC, 0.1),
                        Segment.of("b", List.of(4), 4, Segment.Role.WEIGHT, 0))))
                .hasMessageContaining("'b' is trained but lies behind a running statistic");
        assertThatThrownBy(() -> Segment.of("big", List.of(65_536, 65_536), 0, Segment.Role.WEIGHT, 0))
                .hasMessageContaining("more than 2147483647 elements");
        assertThatThrownBy(() -> Segment.of("late", List.of(10), Integer.MAX_VALUE - 5, Segment.Role.WEIGHT, 0))
                .hasMessageContaining("lies at 2147483642 with 10");
        assertThatThrownBy(() -> Segment.of("none", List.of(3, 0), 0, Segment.Role.WEIGHT, 0))
                .hasMessageContaining("shape [3, 0]");
        assertThatThrownBy(() -> Segment.of("m", List.of(3), 0, Segment.Role.WEIGHT, 0.1))
                .hasMessageContaining("has momentum 0.1");
        assertThatThrownBy(() -> SegmentBuilder.builder()
                        .name("w")
                        .shape(List.of(3))
                        .begin(0)
                        .role(Segment.Role.WEIGHT)
                        .momentum(0)
                        .rate(0)
                        .since(0)
                        .build())
                .hasMessageContaining("learning rate times 0.0");
        assertThatThrownBy(() -> SegmentBuilder.builder()
                        .name("w")
                        .shape(List.of(3))
                        .begin(0)
                        .role(Segment.Role.WEIGHT)
                        .momentum(0)
                        .rate(1)
                        .since(-1)
                        .build())
                .hasMessageContaining("since version -1");
        assertThatThrownBy(() -> Segment.of("", List.of(3), 0, Segment.Role.WEIGHT, 0))
                .hasMessageContaining("no name");
        assertThatThrownBy(() -> new KeyRange(3, 2)).hasMessage("range [3, 2): 0 <= begin <= end must hold");
    }
}
