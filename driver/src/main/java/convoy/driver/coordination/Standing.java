package convoy.driver.coordination;

/**
 * Whether a worker delivers its share in time. One that does not, several times in a row, is withdrawn: it has no share for a while. Then
 * it is on trial, with one micro-batch, and after each trial in vain the while is twice as long. What a worker that hangs for ever costs
 * so becomes ever less. Guarded by the coordinator.
 */
final class Standing {
    /** So many times in a row. */
    private static final int MISSES = 3;
    /** After so many steps in time a trial is over. */
    private static final int IN_TIME = 3;
    /** A while is so many times as long as others wait for a worker that is late. */
    private static final double WHILE = 20;

    private static final int MOST_DOUBLINGS = 6;

    private enum State {
        TRUSTED,
        WITHDRAWN,
        ON_TRIAL
    }

    private State state = State.TRUSTED;
    private boolean suspected;
    private int misses;
    private int inTime;
    private int withdrawals;
    private double until;

    /** In the step that is being computed others have to do what is its. */
    void suspect() {
        suspected = true;
    }

    boolean isSuspected() {
        return suspected;
    }

    /** Whether what it does is worth being reckoned with. */
    boolean isTrusted() {
        return state == State.TRUSTED && misses == 0 && !suspected;
    }

    boolean isWithdrawn() {
        return state == State.WITHDRAWN;
    }

    boolean isOnTrial() {
        return state == State.ON_TRIAL;
    }

    /**
     * A step is over in which it was suspected.
     *
     * @param patience nanoseconds that others wait for one that is late
     * @param others whether there is somebody to do what is its
     * @return whether it is withdrawn
     */
    boolean missed(long now, double patience, boolean others) {
        suspected = false;
        inTime = 0;
        misses++;
        if (!others || state == State.WITHDRAWN || (state == State.TRUSTED && misses < MISSES)) {
            return false;
        }
        state = State.WITHDRAWN;
        until = now + WHILE * patience * (1L << Math.min(MOST_DOUBLINGS, withdrawals));
        withdrawals++;
        return true;
    }

    /** A step is over, and its share was done in time. */
    void inTime() {
        misses = 0;
        if (state == State.ON_TRIAL && ++inTime >= IN_TIME) {
            state = State.TRUSTED;
            withdrawals = 0;
        }
    }

    /** How many nanoseconds it has no share for. */
    double left(long now) {
        return until - now;
    }

    /** Begins a trial if it is time for one. */
    boolean tryAgain(long now) {
        if (state != State.WITHDRAWN || now < until) {
            return false;
        }
        state = State.ON_TRIAL;
        misses = 0;
        inTime = 0;
        return true;
    }
}
