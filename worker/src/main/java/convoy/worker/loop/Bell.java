package convoy.worker.loop;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** Wakes the loop's thread when an answer or a view has come. A ring that nobody waits for is kept for the next wait. */
final class Bell {
    @GuardedBy("this")
    private boolean rung;

    synchronized void ring() {
        rung = true;
        notifyAll();
    }

    /** Waits for a ring, at most so long. */
    synchronized void await(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (!rung) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        rung = false;
    }
}
