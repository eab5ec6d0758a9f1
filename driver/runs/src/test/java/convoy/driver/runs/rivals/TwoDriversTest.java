package convoy.driver.runs.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.CopyingStore;
import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of two drivers that want a run one trains it, on a disk and on a store that has no more than the lease relies on; and wherever the one is
 * killed, the other goes on. {@code HdfsTest} has the same on HDFS.
 */
@Timeout(600)
final class TwoDriversTest {
    private static final Set<String> CHANGES = Set.of("write", "copy", "delete what was copied from", "delete", "make");

    private final Path directory;

    TwoDriversTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Hadoop's own starts a process for each file. */
    @BeforeAll
    static void install() {
        ForklessLocalFileSystem.install(new Configuration());
    }

    private TwoDrivers onDisk() {
        return new TwoDrivers(new TwoDrivers.Where() {
            @Override
            public Configuration hadoop(String process) {
                return new Configuration();
            }

            @Override
            public String runs() {
                return directory.resolve("runs").toUri().toString();
            }
        });
    }

    private static TwoDrivers onStore(String name) {
        return new TwoDrivers(new TwoDrivers.Where() {
            @Override
            public Configuration hadoop(String process) {
                return CopyingStore.hadoop(name + process);
            }

            @Override
            public String runs() {
                return "copying://" + name + "/runs";
            }
        });
    }

    @Test
    void oneOfTwoTrainsOnADisk() throws Exception {
        onDisk().assertOneTrains(TwoDrivers.FEW);
    }

    @LongTest
    @Test
    void twoHundredTimesOnADisk() throws Exception {
        onDisk().assertOneTrains(TwoDrivers.MANY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void oneOfTwoTrainsOnAStore(int lag) throws Exception {
        CopyingStore.lag("few-" + lag, lag);
        onStore("few-" + lag).assertOneTrains(TwoDrivers.FEW);
    }

    @LongTest
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void twoHundredTimesOnAStore(int lag) throws Exception {
        CopyingStore.lag("many-" + lag, lag);
        onStore("many-" + lag).assertOneTrains(TwoDrivers.MANY);
    }

    @Test
    void whereTheHolderIsKilledOnAStoreTheNextOneGoesOn() throws Exception {
        assertThat(killOnStore("killed", 0, 5)).isGreaterThan(15);
    }

    @LongTest
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whereverTheHolderIsKilledOnAStoreTheNextOneGoesOn(int lag) throws Exception {
        assertThat(killOnStore("killed-" + lag, lag, 1)).isGreaterThan(80);
    }

    private static int killOnStore(String name, int lag, int every) throws Exception {
        CopyingStore.lag(name, lag);
        AtomicInteger left = new AtomicInteger();
        return onStore(name)
                .kill(
                        new TwoDrivers.Killer() {
                            @Override
                            public void killAfter(String process, int changes) {
                                left.set(changes);
                                CopyingStore.watch(name + process, (deed, path) -> {
                                    if (CHANGES.contains(deed) && left.getAndDecrement() <= 0) {
                                        throw new IOException("the process is dead");
                                    }
                                });
                            }

                            @Override
                            public boolean stop(String process) {
                                CopyingStore.watch(name + process, (deed, path) -> {});
                                return left.get() < 0;
                            }
                        },
                        every);
    }

    /** {@code TakenOverTest} does the like in {@code verify}. */
    @LongTest
    @Test
    void whereverTheHolderIsKilledOnADiskTheNextOneGoesOn() throws Exception {
        AtomicInteger left = new AtomicInteger();
        TwoDrivers drivers = new TwoDrivers(new TwoDrivers.Where() {
            @Override
            public Configuration hadoop(String process) {
                return SteppedFileSystem.hadoop();
            }

            @Override
            public String runs() {
                return "stepped://" + directory.resolve("stepped");
            }
        });
        int killed = drivers.kill(
                new TwoDrivers.Killer() {
                    @Override
                    public void killAfter(String process, int changes) {
                        left.set(changes);
                        SteppedFileSystem.ask((operation, path) -> {
                            if (operation != SteppedFileSystem.Operation.LIST && left.getAndDecrement() <= 0) {
                                throw new IOException("the process is dead");
                            }
                        });
                    }

                    @Override
                    public boolean stop(String process) {
                        SteppedFileSystem.ask((operation, path) -> {});
                        return left.get() < 0;
                    }
                },
                1);
        assertThat(killed).isGreaterThan(50);
    }
}
