package convoy.worker.engine;

import convoy.architectures.BadInputException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS's threads. They are one number for the whole process, and the bits of a product may depend on it. */
public final class BlasThreads {
    private static int claimed;

    private BlasThreads() {}

    /**
     * Gives OpenBLAS this many threads, for all engines of the process.
     *
     * @throws BadInputException if an engine before asked for another number
     */
    public static synchronized void claim(int threads) {
        if (claimed != 0 && claimed != threads) {
            throw new BadInputException("threads = " + threads + " for an engine, but one in this process has "
                    + claimed + ", and BLAS has one number for all; give all engines of a process the same");
        }
        setThreads(threads);
        claimed = threads;
    }

    /**
     * OpenBLAS's function is looked up in all loaded libraries. That locks glibc's list of them and then its loader; loading a library
     * locks the same two the other way round, and two threads that do both at once wait for each other for ever. JavaCPP loads
     * libraries under the lock that is held here.
     */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral")
    private static void setThreads(int threads) {
        // Before the lock: while a class is being initialized, its libraries' loading waits for this lock.
        Loader.load(openblas.class);
        synchronized (Loader.class) {
            openblas.blas_set_num_threads(threads);
        }
    }
}
