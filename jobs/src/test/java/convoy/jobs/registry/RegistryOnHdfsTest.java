package convoy.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.fixture.DyingHdfs;
import convoy.driver.fixture.World;
import convoy.driver.lease.Lease;
import convoy.jobs.registry.history.Entry;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry on a real NameNode and DataNode, with the process dying before each of its changes. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
final class RegistryOnHdfsTest {
    private static MiniDFSCluster cluster;
    private static Configuration hadoop;
    private static FileSystem files;

    private final World world = new World();
    private long numbers;

    @BeforeAll
    static void start(@TempDir java.nio.file.Path directory) throws IOException {
        Configuration site = new Configuration();
        site.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
        site.setInt("dfs.replication", 1);
        site.setInt("dfs.namenode.safemode.extension", 0);
        cluster = new MiniDFSCluster.Builder(site).numDataNodes(1).build();
        hadoop = new Configuration();
        hadoop.set("fs.defaultFS", cluster.getURI().toString());
        hadoop.setInt("dfs.replication", 1);
        DyingHdfs.install(hadoop);
        files = new Path("/").getFileSystem(hadoop);
    }

    @AfterAll
    static void stop() {
        cluster.shutdown(true);
    }

    private void run(Deed deed, String uri) throws InterruptedException {
        World.Machine machine = world.machine();
        try {
            deed.run(hadoop, uri, machine, ++numbers);
        } finally {
            machine.freeze(true);
        }
    }

    private static void declareDead(String uri) throws IOException {
        Path lease = new Path(uri, Lease.FOLDER);
        if (files.exists(lease)) {
            for (FileStatus claim : files.listStatus(lease)) {
                if (claim.getPath().getName().matches("[0-9]+-[0-9a-f]{16}")) {
                    files.create(new Path(lease, claim.getPath().getName() + ".over"), true)
                            .close();
                }
            }
        }
    }

    @Test
    void whereverAPromotionIsKilledTheRegistryIsAsBeforeOrAsAfter() throws Exception {
        requireSound(Deed.PROMOTE);
    }

    @ParameterizedTest
    @LongTest
    @EnumSource(names = {"ADD", "ROLL_BACK", "CLEAN"})
    void whereverOneIsKilledTheRegistryIsAsBeforeOrAsAfter(Deed deed) throws Exception {
        requireSound(deed);
    }

    private void requireSound(Deed deed) throws Exception {
        int died = 0;
        while (true) {
            String uri = "/registries/" + deed + "-" + died;
            for (Deed before : List.of(Deed.ADD, Deed.PROMOTE, Deed.ADD, Deed.ADD, Deed.PROMOTE, Deed.ADD)) {
                run(before, uri);
            }
            List<Entry> entries = Soundness.require(hadoop, uri).history();
            boolean told = false;
            DyingHdfs.dieAfter(died);
            try {
                run(deed, uri);
                told = true;
            } catch (RuntimeException dead) {
                assertThat(dead).rootCause().isInstanceOf(DyingHdfs.Dead.class);
            }
            boolean whole = !DyingHdfs.live();
            List<Entry> seen = Soundness.require(hadoop, uri).history();
            assertThat(seen)
                    .startsWith(entries.toArray(new Entry[0]))
                    .hasSizeBetween(entries.size(), entries.size() + 1);
            assertThat(seen.size() > entries.size() || !told).isTrue();
            declareDead(uri);
            run(seen.size() > entries.size() ? Deed.MAKE : deed, uri);
            Registry after = Soundness.require(hadoop, uri);
            assertThat(after.history()).startsWith(seen.toArray(new Entry[0]));
            assertThat(after.standing().champion())
                    .contains(
                            switch (deed) {
                                case PROMOTE -> 4L;
                                case ROLL_BACK -> 1L;
                                default -> 3L;
                            });
            assertThat(Leftovers.find(RegistryFiles.at(hadoop, uri), after).isEmpty())
                    .isTrue();
            if (whole) {
                break;
            }
            died++;
        }
        assertThat(died).isGreaterThan(4);
    }
}
