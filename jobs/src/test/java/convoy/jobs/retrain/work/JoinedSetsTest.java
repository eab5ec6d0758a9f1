package convoy.jobs.retrain.work;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.profile.CommonRows;
import convoy.jobs.registry.Hand;
import convoy.jobs.retrain.file.HeldOut;
import convoy.parameterserver.time.Clock;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinedSetsTest {
    private final Path directory;
    private final AtomicInteger searches = new AtomicInteger();

    JoinedSetsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private void draw(String name, int pixel) throws IOException {
        RawData.write(
                directory.resolve(name),
                List.of("only"),
                List.of(new ImageRow(0, new byte[] {(byte) pixel, 2, 3, 4}, 0, 2, 2, 1)),
                10);
    }

    private String uri(String name) {
        return directory.resolve(name).toUri().toString().replaceAll("/$", "");
    }

    private CommonRows common(Workplace place) {
        JoinedSets sets = new JoinedSets(place, HeldOut.parse(uri("held-out")));
        return sets.common(
                new JoinedSets.Pair(uri("data-1/training"), uri("held-out")),
                (heldOut, training) -> new CommonRows(
                        heldOut,
                        training,
                        false,
                        searches.incrementAndGet(),
                        0,
                        Optional.of(new CommonRows.Example(3, 4))));
    }

    @Test
    void rowsInCommonAreSearchedForOnceForTheSameTwo() throws Exception {
        draw("held-out", 1);
        draw("data-1/training", 2);
        try (Workplace place = Workplace.take(
                new Configuration(), uri("registry"), "pipeline", Hand.here(Clock.system(), line -> {}))) {
            CommonRows first = common(place);
            assertThat(first.pictures()).isEqualTo(1);
            assertThat(common(place)).as("a call that goes on").isEqualTo(first);
            assertThat(searches).hasValue(1);
            draw("held-out", 9);
            assertThat(common(place).pictures()).as("of other held-out rows").isEqualTo(2);
            assertThat(Files.readString(directory.resolve("data-1/common-rows.json")))
                    .contains("\"format\" : 1", "\"pictures\" : 2");
        }
    }
}
