package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.range.WrittenRange;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server whose process has no memory left: it lets go of what it has, says that it serves nothing, and is restored elsewhere. */
final class ShortageTest {
    /** Real ones: no heap has an array of 16 GiB, and no process of tests so much memory beside it. */
    private enum Memory {
        HEAP {
            @Override
            Object take() {
                return new long[Integer.MAX_VALUE];
            }
        },
        DIRECT {
            @Override
            Object take() {
                return List.of(
                        ByteBuffer.allocateDirect(Integer.MAX_VALUE),
                        ByteBuffer.allocateDirect(Integer.MAX_VALUE),
                        ByteBuffer.allocateDirect(Integer.MAX_VALUE),
                        ByteBuffer.allocateDirect(Integer.MAX_VALUE));
            }
        };

        abstract Object take();
    }

    @AfterEach
    void enough() {
        FaultyFileSystem.greed = () -> {};
    }

    @ParameterizedTest
    @EnumSource(Memory.class)
    void aServerWithoutMemoryIsAsGoodAsLost(Memory memory, @TempDir Path directory) throws InterruptedException {
        Training training = Training.of(4, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()))
                .with(SnapshotPlan.to("faulty://" + directory));
        ValueSource.Initial start = new ValueSource.Initial(training.initial());
        try (Cluster cluster = new Cluster(1);
                Log log = Log.listen()) {
            ServerAddress address = cluster.addresses.get(0);
            ParameterClient client = cluster.open(training, 1, 0, start);
            training.run(client, 0, 1, 1);
            WrittenRange written = Cluster.get(cluster.clients.snapshot(address, Cluster.RUN, 1, 0, 1));
            float[] expected = training.run(client, 1, 3, 1);
            FaultyFileSystem.greed = () -> assertThat(memory.take()).isNull();
            assertThatThrownBy(() -> Cluster.get(cluster.clients.snapshot(address, Cluster.RUN, 1, 0, 3)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("the server ran out of memory and serves nothing any more")
                    .extracting(failure -> ((ServerException) failure).reason())
                    .as("what a worker waits for, as for a server that is gone")
                    .isEqualTo(ServerException.Reason.NOT_OPEN);
            assertThat(cluster.hosts.get(0).isExhausted()).isTrue();
            assertThatThrownBy(() -> Cluster.get(cluster.clients.statistics(address)))
                    .hasMessageContaining("ran out of memory");
            assertThatThrownBy(() -> Cluster.get(
                            client.pull(0, 3, new float[training.layout().size()])))
                    .hasMessageContaining("ran out of memory");
            assertThat(log.await("This server ends"))
                    .anyMatch(line -> line.startsWith("ERROR This server ends, as its process is out of memory"));
            FaultyFileSystem.greed = () -> {};
            try (Cluster other = new Cluster(1)) {
                ValueSource.Snapshot source = new ValueSource.Snapshot(
                        training.snapshots().directory() + "/" + SnapshotPlan.directoryName(1),
                        List.of(written.file()));
                ParameterClient again = other.open(training, 2, 1, source);
                assertThat(training.run(again, 1, 3, 1)).isEqualTo(expected);
            }
        }
    }
}
