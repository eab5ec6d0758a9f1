package convoy.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.membership.Memory;
import convoy.driver.membership.Memory.Kind;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

final class ProcessMemoryTest {
    private static final long MEBI = 1 << 20;

    private static SparkConf conf() {
        return new SparkConf(false);
    }

    @Test
    void aContainerHasTheHeapAndWhatIsBesideIt() {
        assertThat(ProcessMemory.container(conf())).isEqualTo((1024 + 384) * MEBI);
        assertThat(ProcessMemory.container(conf().set("spark.executor.memory", "10g")))
                .isEqualTo((10240 + 1024) * MEBI);
        assertThat(ProcessMemory.container(
                        conf().set("spark.executor.memory", "2g").set("spark.executor.memoryOverhead", "3000")))
                .isEqualTo((2048 + 3000) * MEBI);
        assertThat(ProcessMemory.container(
                        conf().set("spark.executor.memory", "2g").set("spark.executor.memoryOverheadFactor", "0.5")))
                .isEqualTo((2048 + 1024) * MEBI);
    }

    @Test
    void whatIsResidentIsReadFromTheSystem() {
        assertThat(ProcessMemory.resident("Name:\tjava\nVmHWM:\t  900 kB\nVmRSS:\t  800 kB\n"))
                .isEqualTo(OptionalLong.of(800 << 10));
        assertThat(ProcessMemory.resident("Name:\tjava\n")).isEmpty();
    }

    @Test
    void thisProcessHasSome() {
        List<Memory> here = ProcessMemory.here(conf().setMaster("yarn"), "7", "host", true);
        assertThat(here).extracting(Memory::kind).containsExactly(Kind.RESIDENT, Kind.OLD);
        assertThat(here).extracting(Memory::within).containsExactly("7", "7");
        assertThat(here.get(0).used()).isGreaterThan(10 * MEBI);
        assertThat(here).allMatch(memory -> memory.used() >= 0 && memory.held() >= 0 && memory.limit() > 0);
        assertThat(here.get(0).held()).isGreaterThanOrEqualTo(here.get(1).held());
        assertThat(here.get(1).limit()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(ProcessMemory.here(conf().setMaster("spark://m:7077"), "7", "host", true))
                .extracting(Memory::within)
                .containsExactly("host", "7");
    }
}
