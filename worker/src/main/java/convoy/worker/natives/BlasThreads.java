package convoy.worker.natives;

import convoy.records.BadInputException;
import org.bytedeco.openblas.global.openblas;

/** OpenBLAS's threads. They are one number for the whole process, and the bits of a product may depend on it. */
public final class BlasThreads {
    private static int claimed;

    private BlasThreads() {}

    /**
     * Gives OpenBLAS this many threads, for all engines of the process.
     *
     * @param threads at least 1
     * @throws BadInputException if an engine before asked for another number
     */
    public static synchronized void claim(int threads) {
        if (claimed != 0 && claimed != threads) {
            throw new BadInputException("threads = " + threads + " for an engine, but one in this process has "
                    + claimed + ", and BLAS has one number for all; give all engines of a process the same");
        }
        NativeLibraries.load(() -> openblas.blas_set_num_threads(threads));
        claimed = threads;
    }
}
