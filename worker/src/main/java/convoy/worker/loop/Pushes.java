package convoy.worker.loop;

import convoy.parameterserver.sum.SubtreeSum;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Sums on their way to the servers. For one thread. */
final class Pushes {
    private final SubtreeSum sum;
    private final List<Push> underWay = new ArrayList<>();

    private record Push(SubtreeSum.Node node, PartitionRequests requests) {}

    /** @param sum gets the arrays back */
    Pushes(SubtreeSum sum) {
        this.sum = sum;
    }

    void add(SubtreeSum.Node node, PartitionRequests requests) {
        underWay.add(new Push(node, requests));
    }

    /** Takes back the arrays of sums that every server has, and sends again what did not get through. */
    void settle() {
        for (Iterator<Push> open = underWay.iterator(); open.hasNext(); ) {
            Push push = open.next();
            push.requests().check();
            if (push.requests().answered()) {
                sum.release(push.node().sums());
                open.remove();
            } else {
                push.requests().repeat();
            }
        }
    }

    /** Gives them up, and their arrays with them: something may still be on its way out of one. */
    void cancel() {
        underWay.forEach(push -> push.requests().cancel());
        underWay.clear();
    }
}
