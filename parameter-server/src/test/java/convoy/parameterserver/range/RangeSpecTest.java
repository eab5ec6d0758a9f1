package convoy.parameterserver.range;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.UpdateRuleBuilder;
import convoy.parameterserver.update.WeightDecay;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a description of a range refuses. */
final class RangeSpecTest {
    private static final UpdateRule RULE = UpdateRuleBuilder.builder()
            .optimizer(new Optimizer.Sgd())
            .weightDecay(WeightDecay.defaults())
            .schedule(new Schedule.Constant(0.1))
            .build();
    private static final SnapshotPlan NO_SNAPSHOTS = SnapshotPlan.to("file:///nowhere");

    @Test
    void aRunHasAPrintableName() {
        assertThatThrownBy(() -> RangeSpecBuilder.builder()
                        .run("two\nlines")
                        .incarnation(1)
                        .server(0)
                        .layout(Layouts.ofEveryRole(50, 1))
                        .rule(RULE)
                        .leaves(1)
                        .firstVersion(0)
                        .servers(List.of(new ServerAddress("a", 1)))
                        .snapshots(NO_SNAPSHOTS)
                        .build())
                .hasMessageContaining("a name of 1 to 1000 printable characters");
    }

    @Test
    void anAddressHasAHostAndAPort() {
        assertThatThrownBy(() -> new ServerAddress("host", 0)).hasMessage("server port 0: 1 to 65535");
        assertThatThrownBy(() -> new ServerAddress(" ", 1)).hasMessageContaining("1 to 255 characters");
    }

    @Test
    void snapshotsHavePlainNamesChecksumsAndASenseOfTime() {
        assertThatThrownBy(() -> new SnapshotFile("../etc/passwd", 1, "0".repeat(8), new KeyRange(0, 1)))
                .hasMessageContaining("a plain file name");
        assertThatThrownBy(() -> new SnapshotFile("a", 1, "0".repeat(7), new KeyRange(0, 1)))
                .hasMessageContaining("8 lower-case hexadecimal digits");
        assertThatThrownBy(() -> SnapshotPlan.to("file:///x").withEvery(-1)).hasMessageContaining("every -1 steps");
    }
}
