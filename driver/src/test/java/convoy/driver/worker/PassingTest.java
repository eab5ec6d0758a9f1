package convoy.driver.worker;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.coordination.WorkerFailure.Kind;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;

final class PassingTest {
    @Test
    void whatMayBeBetterInAWhilePasses() {
        List<IOException> outages = List.of(
                new ConnectException("Connection refused"),
                new BlockMissingException("part-0.parquet", "no live nodes", 7),
                new EOFException("End of File Exception between local host and namenode"),
                new RemoteException(StandbyException.class.getName(), "not active"));
        assertThat(outages).allSatisfy(outage -> {
            assertThat(Passing.kind(new UncheckedIOException(outage))).isEqualTo(Kind.PASSING);
            assertThat(Passing.kind(new CompletionException(new IllegalStateException("read ahead", outage))))
                    .isEqualTo(Kind.PASSING);
        });
    }

    @Test
    void whatIsGoneOrForbiddenDoesNot() {
        assertThat(List.of(
                        new FileNotFoundException("part-0.parquet"),
                        new AccessDeniedException("part-0.parquet"),
                        new AccessControlException("Permission denied: user=x")))
                .allSatisfy(lasting -> assertThat(Passing.kind(new UncheckedIOException(lasting)))
                        .isEqualTo(Kind.ERROR));
    }

    @Test
    void anErrorIsOneAndBadInputIsThat() {
        assertThat(Passing.kind(new IllegalStateException("broken"))).isEqualTo(Kind.ERROR);
        assertThat(Passing.kind(new OutOfMemoryError("Java heap space"))).isEqualTo(Kind.ERROR);
        assertThat(Passing.kind(new BadInputException("a.parquet is truncated", new EOFException("end"))))
                .isEqualTo(Kind.BAD_INPUT);
    }

    /** As a worker says it that begins while the NameNode is begun again. */
    @Test
    void anAddressThatTheDriverHasReachedIsNoWrongWord() {
        IOException refused = new ConnectException("Call to namenode:8020 failed: Connection refused");
        assertThat(Passing.kind(Storage.explained("data set", new Path("hdfs://namenode:8020/data"), refused)))
                .isEqualTo(Kind.PASSING);
        assertThat(Passing.kind(Storage.explained("data set", new Path("/data"), refused)))
                .isEqualTo(Kind.PASSING);
        assertThat(Storage.explained("data set", new Path("/data"), refused))
                .hasMessage("data set /data: nobody answers; check the address, and that the file system runs");
    }

    @Test
    void causesThatAreACircleEnd() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second", first);
        first.initCause(second);
        assertThat(Passing.kind(second)).isEqualTo(Kind.ERROR);
    }
}
