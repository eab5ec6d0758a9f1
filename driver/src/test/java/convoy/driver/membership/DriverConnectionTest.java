package convoy.driver.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.time.Clock;
import convoy.worker.loop.ViewBuilder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class DriverConnectionTest {
    /** A driver that answers until its end of the line breaks. */
    private static final class Line implements Messenger {
        private volatile boolean broken;

        @Override
        public Object ask(Object message) {
            if (broken) {
                throw new NoClassDefFoundError("Rpc");
            }
            return Message.fromBytes((byte[]) message) instanceof Message.Join
                    ? (Object) 1L
                    : ViewBuilder.builder()
                            .number(1)
                            .incarnation(0)
                            .firstVersion(0)
                            .servers(List.of())
                            .until(10)
                            .finished(false)
                            .build()
                            .toBytes();
        }
    }

    @Test
    void anErrorThatEndsTheHeartbeatsEndsTheWorkerToo() throws Exception {
        Line driver = new Line();
        try (DriverConnection line =
                DriverConnection.join(driver, Clock.system(), "run", new WorkerPlace(0, 0, "1", "host"), "avx2")) {
            assertThat(line.view().number()).isEqualTo(1);
            assertThat(line.refresh().get().number()).isEqualTo(1);
            driver.broken = true;
            assertThatThrownBy(() -> line.refresh().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
            assertThatThrownBy(() -> {
                        while (line.view().number() == 1) {
                            Thread.sleep(10);
                        }
                    })
                    .hasMessage("the line to the driver broke: java.lang.NoClassDefFoundError: Rpc");
        }
    }
}
