package convoy.worker.natives;

import convoy.records.BadInputException;
import java.util.Optional;

/**
 * Native libraries are loaded one after the other, whoever asks for them.
 *
 * <p>Loading takes glibc's lock of loading and then that of the list of libraries. JavaCPP looks a symbol up in all libraries
 * ({@code Loader.addressof}, which OpenBLAS's number of threads needs) by going through that list and asking for the symbol at each,
 * which takes the same two locks in the other order: two threads, one at each, wait for each other for ever.
 */
public final class NativeLibraries {
    private NativeLibraries() {}

    /**
     * Lifts JavaCPP's limits and runs something that loads libraries of its or looks symbols up in them.
     *
     * @param loading what needs the libraries
     * @throws BadInputException if nothing can be loaded, as the system forbids to run what lies where libraries are unpacked
     */
    public static synchronized void load(Runnable loading) {
        NativeMemory.liftJavaCppsLimits();
        try {
            loading.run();
        } catch (RuntimeException | Error failure) {
            Optional<BadInputException> complaint = NativeFolder.complaint(failure);
            if (complaint.isPresent()) {
                throw complaint.get();
            }
            throw failure;
        }
    }
}
