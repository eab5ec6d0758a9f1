package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.MirrorPlace;
import convoy.parameterserver.range.MirroredVersion;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.update.Optimizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** A server that is lost is restored from the memory of the others: the same bits, by any number of servers, and soon. */
final class MirrorTest {
    private static final long EVERY = 2;
    private static final int FLOATS = Boolean.getBoolean("long.tests") ? 25_000_000 : 3_000_000;

    private static Map<ServerAddress, List<MirroredVersion>> there(Cluster cluster, int lost) {
        Map<ServerAddress, List<MirroredVersion>> there = new HashMap<>();
        for (ServerAddress address : cluster.addresses) {
            if (!address.equals(cluster.addresses.get(lost))) {
                there.put(address, Cluster.get(cluster.clients.mirrors(address, Cluster.RUN)));
            }
        }
        return there;
    }

    /** Waits until a version is whole in the memory of all servers but one. */
    private static MirroredVersion.Whole await(Cluster cluster, Training training, int lost, long version)
            throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            Optional<MirroredVersion.Whole> newest =
                    MirroredVersion.newest(training.layout().partitions(), there(cluster, lost), any -> true);
            if (newest.filter(whole -> whole.version() == version).isPresent()) {
                return newest.get();
            }
            Thread.sleep(10);
        }
        throw new AssertionError("version " + version + " was not mirrored: " + there(cluster, lost));
    }

    @ParameterizedTest(name = "server {0} is lost")
    @org.junit.jupiter.params.provider.ValueSource(ints = {0, 1, 2})
    void aLostRangeComesBackFromAnotherServersMemory(int lost) throws InterruptedException {
        Training training = Training.of(4, Training.rule(new Optimizer.Adam(0.9, 0.999, 1e-8), Optional.of(1.0)));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        float[] expected;
        try (Cluster quiet = new Cluster(1)) {
            expected = training.run(quiet.open(training, 1, 0, start), 0, 9, 1);
        }
        try (Cluster cluster = new Cluster(3)) {
            ParameterClient client = cluster.open(training, 1, 0, start, EVERY);
            training.run(client, 0, 7, 2);
            MirroredVersion.Whole whole = await(cluster, training, lost, 6);
            there(cluster, lost).values().forEach(versions -> assertThat(versions)
                    .as("the newest two, whatever there was")
                    .extracting(MirroredVersion::version)
                    .containsExactly(4L, 6L));
            cluster.hosts.get(lost).close();
            // One server less, so that each range is cut from others.
            cluster.addresses.remove(lost);
            ParameterClient restored = cluster.open(training, 2, whole.version(), whole.source(), EVERY);
            assertThat(training.run(restored, 6, 9, 2)).isEqualTo(expected);
            // And the next one may be lost as well.
            MirroredVersion.Whole second = await(cluster, training, 0, 8);
            cluster.addresses.remove(0);
            ParameterClient last = cluster.open(training, 3, 8, second.source(), EVERY);
            assertThat(training.run(last, 8, 9, 1)).isEqualTo(expected);
            cluster.addresses.forEach(address -> {
                Cluster.get(cluster.clients.close(address, Cluster.RUN, 3));
                assertThat(Cluster.get(cluster.clients.mirrors(address, Cluster.RUN)))
                        .as("after the run")
                        .isEmpty();
            });
        }
    }

    @Test
    void whatIsInNobodysMemoryIsRefusedAndNotWaitedFor() {
        Training training = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()));
        try (Cluster cluster = new Cluster(2)) {
            int partitions = training.layout().partitions();
            ValueSource.Mirrored nothing = new ValueSource.Mirrored(
                    List.of(new MirrorPlace(cluster.addresses.get(0), new KeyRange(0, partitions))));
            assertThatThrownBy(() -> cluster.open(training, 2, 4, nothing, EVERY))
                    .hasMessageContaining("cannot restore range ")
                    .hasMessageContaining("there is no mirror of it: version 4 of partition ");
        }
    }

    /** A run that promises no bits may come to others, and what is put together must be of one course. */
    @Test
    void copiesOfLaterVersionsAreDroppedWhenARunGoesBack() throws InterruptedException {
        Training training = Training.of(2, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        try (Cluster cluster = new Cluster(2)) {
            training.run(cluster.open(training, 1, 0, start, EVERY), 0, 4, 1);
            await(cluster, training, 0, 4);
            ParameterClient again = cluster.open(training, 2, 3, start, EVERY);
            for (ServerAddress address : cluster.addresses) {
                assertThat(Cluster.get(cluster.clients.mirrors(address, Cluster.RUN)))
                        .extracting(MirroredVersion::version)
                        .containsExactly(2L);
            }
            float[] other = training.run(again, 3, 4, 1);
            MirroredVersion.Whole whole = await(cluster, training, 0, 4);
            assertThat(Cluster.pull(cluster.open(training, 3, 4, whole.source(), EVERY), 4))
                    .isEqualTo(other);
        }
    }

    /** The newest version counts of which every partition is somewhere. */
    @Test
    void theNewestWholeVersionIsChosen() {
        ServerAddress a = new ServerAddress("a", 1);
        ServerAddress b = new ServerAddress("b", 1);
        Map<ServerAddress, List<MirroredVersion>> there = Map.of(
                a,
                List.of(
                        new MirroredVersion(4, List.of(new KeyRange(0, 3), new KeyRange(5, 8))),
                        new MirroredVersion(6, List.of(new KeyRange(0, 4)))),
                b,
                List.of(
                        new MirroredVersion(4, List.of(new KeyRange(2, 6))),
                        new MirroredVersion(6, List.of(new KeyRange(5, 8)))));
        MirroredVersion.Whole whole =
                MirroredVersion.newest(8, there, version -> true).orElseThrow();
        assertThat(whole.version()).isEqualTo(4);
        assertThat(whole.source().places())
                .containsExactly(
                        new MirrorPlace(a, new KeyRange(0, 3)),
                        new MirrorPlace(b, new KeyRange(3, 6)),
                        new MirrorPlace(a, new KeyRange(6, 8)));
        assertThat(MirroredVersion.newest(8, there, version -> version > 4)).isEmpty();
        assertThat(MirroredVersion.newest(9, there, version -> true)).isEmpty();
    }

    /** With {@code -Dlong.tests=true} 25 million parameters with momentum: 100 MB of values and as much of slots. */
    @Test
    void aHundredMegabytesComeBackWithinSeconds() throws InterruptedException {
        ParameterLayout large =
                new ParameterLayout(List.of(Segment.of("w", List.of(FLOATS), 0, Segment.Role.WEIGHT, 0)));
        Training training =
                new Training(large, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()), 1, Training.NONE);
        float[] flat = new float[large.size()];
        for (int i = 0; i < flat.length; i += 1_000) {
            flat[i] = i;
        }
        try (Cluster cluster = new Cluster(3)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(flat), 1);
            Cluster.push(client, 0, new Subtree(0, 1), 10, flat);
            float[] expected = Cluster.pull(client, 1);
            long reached = System.nanoTime();
            MirroredVersion.Whole whole = await(cluster, training, 1, 1);
            long mirrored = System.nanoTime();
            cluster.hosts.get(1).close();
            cluster.addresses.remove(1);
            ParameterClient restored = cluster.open(training, 2, 1, whole.source(), 1);
            long open = System.nanoTime();
            assertThat(Cluster.pull(restored, 1)).isEqualTo(expected);
            assertThat((open - mirrored) / 1_000_000)
                    .as("ms to restore; mirrored in %d ms", (mirrored - reached) / 1_000_000)
                    .isLessThan(5_000);
        }
    }
}
