package convoy.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.time.Clock;
import convoy.parameterserver.time.Wakeup;
import convoy.worker.loop.PartitionRequests.Answer;
import convoy.worker.loop.PartitionRequests.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PartitionRequestsTest {
    private final List<CompletableFuture<Answer>> sent = new ArrayList<>();
    private final List<Consumer<Boolean>> holding = new ArrayList<>();
    private final Wakeup wakeup = Clock.system().wakeup();

    private PartitionRequests requests(int partitions) {
        return PartitionRequests.toAll(
                partitions,
                (partition, waiting) -> {
                    CompletableFuture<Answer> future = new CompletableFuture<>();
                    holding.add(waiting);
                    sent.add(future);
                    return future;
                },
                wakeup);
    }

    private static Answer done() {
        return new Answer(Outcome.DONE, -1);
    }

    private static Answer arrived() {
        return new Answer(Outcome.ARRIVED, -1);
    }

    @Test
    void tellsOnceOfEachPartitionThatHasCome() {
        PartitionRequests requests = requests(4);
        sent.get(2).complete(arrived());
        sent.get(0).complete(done());
        assertThat(requests.newlyArrived().stream()).containsExactly(2);
        assertThat(requests.newlyArrived().stream()).isEmpty();
        sent.get(3).complete(arrived());
        sent.get(1).complete(arrived());
        assertThat(requests.answered()).isTrue();
        assertThat(requests.newlyArrived().stream()).containsExactly(1, 3);
    }

    @Test
    void whatComesIsOfNoUseIfAnotherPartitionHasGoneFurtherOrTheServersWereRestored() {
        for (Outcome outcome : List.of(Outcome.SUPERSEDED, Outcome.FENCED)) {
            sent.clear();
            PartitionRequests requests = requests(3);
            sent.get(0).complete(arrived());
            sent.get(1).complete(new Answer(outcome, 7));
            sent.get(2).complete(arrived());
            assertThat(requests.newlyArrived().stream()).isEmpty();
        }
    }

    /** It wakes the loop for each partition that comes, but for a push's answers only when it has them all. */
    @Test
    @Timeout(20)
    void wakesTheLoopWhenThereIsSomethingToLookAt() throws InterruptedException {
        PartitionRequests requests = requests(3);
        sent.get(0).complete(arrived());
        wakeup.await(60_000);
        sent.get(1).complete(done());
        long begun = System.nanoTime();
        wakeup.await(50);
        assertThat(System.nanoTime() - begun).isGreaterThan(40_000_000);
        sent.get(2).complete(done());
        wakeup.await(60_000);
        assertThat(requests.answered()).isTrue();
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
        sent.get(1).complete(arrived());
        requests.cancel();
        assertThat(sent.get(0)).isCancelled();
        assertThat(requests.newlyArrived().stream()).isEmpty();
        requests.check();
    }

    /** Nobody waits for a worker whose sums a server has no room for: others have to come first. */
    @Test
    void whatServersHaveNoRoomForIsDelivered() {
        PartitionRequests requests = requests(2);
        sent.get(0).complete(done());
        assertThat(requests.delivered()).isFalse();
        holding.get(1).accept(true);
        assertThat(requests.delivered()).isTrue();
        assertThat(requests.answered()).isFalse();
        holding.get(1).accept(false);
        assertThat(requests.delivered()).as("on its way again").isFalse();
        sent.get(1).complete(done());
        assertThat(requests.delivered()).isTrue();
        assertThat(requests.answered()).isTrue();
    }
}
