package convoy.worker.loop;

import convoy.parameterserver.sum.SubtreeSum;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Sums on their way to the servers. For one thread. */
final class Pushes {
    private final SubtreeSum sum;
    private final List<Push> underWay = new ArrayList<>();

    /** Of the newest report. */
    private long reported;

    /** @param report of which it is a part, by its number */
    private record Push(long report, SubtreeSum.Node node, PartitionRequests requests) {}

    /** @param sum gets the arrays back */
    Pushes(SubtreeSum sum) {
        this.sum = sum;
    }

    /** A report was made. What is added from now on was in it. */
    void reported(long report) {
        reported = report;
    }

    void add(SubtreeSum.Node node, PartitionRequests requests) {
        underWay.add(new Push(reported, node, requests));
    }

    /** The newest report of which, and of all before it, every server has what it is to have, or has no room for it yet. */
    long arrived() {
        return underWay.stream()
                        .filter(push -> !push.requests().delivered())
                        .mapToLong(Push::report)
                        .min()
                        .orElse(reported + 1)
                - 1;
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
