package convoy.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.worker.PartitionRequests.Answer;
import convoy.worker.PartitionRequests.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class PartitionRequestsTest {
    private final List<CompletableFuture<Answer>> sent = new ArrayList<>();
    private final Bell bell = new Bell();

    private PartitionRequests requests(int partitions) {
        return PartitionRequests.toAll(
                partitions,
                partition -> {
                    CompletableFuture<Answer> future = new CompletableFuture<>();
                    sent.add(future);
                    return future;
                },
                bell);
    }

    private static Answer done() {
        return new Answer(Outcome.DONE, -1);
    }

    @Test
    void isAnsweredWhenAllAre() {
        PartitionRequests requests = requests(2);
        sent.get(1).complete(done());
        assertThat(requests.answered()).isFalse();
        sent.get(0).complete(done());
        assertThat(requests.answered()).isTrue();
        assertThat(requests.supersededBy()).isEmpty();
    }

    @Test
    void tellsTheFurthestVersionThatWentAhead() {
        PartitionRequests requests = requests(3);
        sent.get(0).complete(new Answer(Outcome.SUPERSEDED, 7));
        sent.get(1).complete(new Answer(Outcome.SUPERSEDED, 9));
        sent.get(2).complete(new Answer(Outcome.SUPERSEDED, 8));
        assertThat(requests.supersededBy()).hasValue(9);
    }

    @Test
    void aServerThatDeclinesEndsTheWorker() {
        PartitionRequests requests = requests(1);
        sent.get(0).completeExceptionally(new IllegalStateException("no such run"));
        assertThatThrownBy(requests::check).hasMessageContaining("no such run");
        assertThat(requests.answered()).isFalse();
    }

    @Test
    void whatIsGivenUpIsCancelledAndNotReported() {
        PartitionRequests requests = requests(2);
        requests.cancel();
        assertThat(sent).allMatch(CompletableFuture::isCancelled);
        requests.check();
    }
}
