package convoy.tests.virtual;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Code with a thread of its own, which runs only while it has the baton: {@link #goOn} gives it, and takes no less time than until the
 * code waits again or ends. The semaphores hand over what each side has written.
 */
public final class Actor {
    /** What it does. */
    public interface Body {
        void run() throws Exception;
    }

    private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

    /** A timer's task is an actor, and there are thousands of them: they take the threads of those that are over. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final Body body;
    private final Semaphore baton = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private boolean started;
    private boolean over;
    private boolean killed;
    private boolean interrupted;
    private Optional<Throwable> failure = Optional.empty();
    private Runnable ended = () -> {};

    /** Begun by {@link VirtualTime#begin}. */
    Actor(String name, Body body) {
        this.name = name;
        this.body = body;
    }

    /** Whether this is an actor's thread, which may wait. */
    public static boolean isCurrent() {
        return CURRENT.get() != null;
    }

    /** The actor whose thread this is. */
    static Actor current() {
        Actor current = CURRENT.get();
        if (current == null) {
            throw new IllegalStateException("an event waits, and all others would with it");
        }
        return current;
    }

    /** Has {@code action} done by the actor's thread at its end, unless it was killed. */
    public void onEnd(Runnable action) {
        ended = action;
    }

    private void live() {
        CURRENT.set(this);
        Thread.currentThread().setName(name);
        baton.acquireUninterruptibly();
        try {
            requireLife();
            body.run();
        } catch (Killed end) {
            killed = true;
        } catch (Throwable thrown) {
            failure = Optional.of(thrown);
        }
        over = true;
        if (!killed) {
            ended.run();
        }
        CURRENT.remove();
        back.release();
    }

    /** Lets it run until it waits or ends. For the thread of events. */
    void goOn() {
        if (over) {
            return;
        }
        if (!started) {
            started = true;
            THREADS.execute(this::live);
        }
        baton.release();
        back.acquireUninterruptibly();
    }

    /** Gives the baton back and waits for it; for the actor's thread. */
    void giveWay() throws InterruptedException {
        requireLife();
        back.release();
        baton.acquireUninterruptibly();
        requireLife();
        if (interrupted) {
            interrupted = false;
            throw new InterruptedException(name + " is to end");
        }
    }

    private void requireLife() {
        if (killed) {
            throw new Killed(name);
        }
    }

    /** From now on it only unwinds: at once if it waits, else when it would wait next. */
    void kill() {
        killed = true;
        if (CURRENT.get() != this && !over) {
            goOn();
        }
    }

    /** Ends its wait with an {@link InterruptedException}; of one that never began, its first. */
    void interrupt() {
        interrupted = true;
    }

    public boolean isOver() {
        return over;
    }

    /** Whether it has ended by itself, well or not. */
    boolean isDone() {
        return over && !killed;
    }

    /** What ended it before its time. */
    public Optional<Throwable> failure() {
        return failure;
    }
}
