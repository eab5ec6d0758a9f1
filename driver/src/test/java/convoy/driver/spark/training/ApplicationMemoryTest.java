package convoy.driver.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.membership.Memory;
import convoy.driver.membership.Memory.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ApplicationMemoryTest {
    @Test
    void whatSeveralShareIsALimitOnce() {
        List<Memory> executors = List.of(
                new Memory(Kind.RESIDENT, "host-1", 10, 2, 100),
                new Memory(Kind.OLD, "1", 3, 3, 50),
                new Memory(Kind.GPU, "host-1 GPU 0", 8, 8, 80),
                new Memory(Kind.RESIDENT, "host-1", 20, 2, 100),
                new Memory(Kind.OLD, "2", 4, 4, 50),
                new Memory(Kind.GPU, "host-1 GPU 0", 9, 9, 80),
                new Memory(Kind.RESIDENT, "host-2", 30, 2, 200),
                new Memory(Kind.OLD, "3", 5, 5, 50));
        assertThat(ApplicationMemory.sums(executors, List.of(new Memory(Kind.OLD, "driver", 7, 7, 70))))
                .containsExactly(
                        new ApplicationMemory("memory of the executors", 3, 60, 6, 300),
                        new ApplicationMemory("heap of the executors", 3, 12, 12, 150),
                        new ApplicationMemory("heap of the driver", 1, 7, 7, 70),
                        new ApplicationMemory("GPUs of the executors", 2, 17, 17, 80));
        assertThat(ApplicationMemory.sums(List.of(), List.of())).isEmpty();
    }
}
