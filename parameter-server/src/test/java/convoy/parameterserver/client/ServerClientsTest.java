package convoy.parameterserver.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.transport.Security;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What connections refuse. */
final class ServerClientsTest {
    @Test
    void serversNeedTimeToAnswer() {
        assertThatThrownBy(() -> ServerClients.create(Security.OPEN.conf(), Optional.empty(), Duration.ofMillis(50)))
                .hasMessage("silence = 50 ms: at least 100 ms are needed");
    }
}
