package convoy.tests.virtual;

import convoy.driver.membership.Membership;
import convoy.driver.membership.Messenger;
import java.util.ArrayList;
import java.util.List;

/** What executors say to the driver, and its answers: each on the way for a while, so that they overtake each other. */
public final class DriverLine {
    private final VirtualProcess driver;
    private final Membership membership;
    private final Delays delays;

    public DriverLine(VirtualProcess driver, Membership membership, Delays delays) {
        this.driver = driver;
        this.membership = membership;
        this.delays = delays;
    }

    /** Says something from a process, which waits for no answer. */
    void tell(VirtualProcess process, byte[] message) {
        process.requireLife();
        driver.after(delays.next(process, driver), () -> membership.receive(message));
    }

    /** A process's way to the driver. The actor that asks waits until the answer is there, or until it is to end. */
    Messenger from(VirtualProcess process) {
        return message -> {
            process.requireLife();
            Actor asking = Actor.current();
            List<Object> answer = new ArrayList<>();
            List<Exception> failure = new ArrayList<>();
            driver.after(delays.next(process, driver), () -> {
                try {
                    answer.add(membership.receive((byte[]) message));
                } catch (RuntimeException refused) {
                    failure.add(refused);
                }
                process.after(delays.next(driver, process), asking::goOn);
            });
            asking.giveWay();
            if (!failure.isEmpty()) {
                throw failure.get(0);
            }
            return answer.get(0);
        };
    }
}
