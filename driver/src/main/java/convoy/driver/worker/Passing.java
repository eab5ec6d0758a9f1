package convoy.driver.worker;

import convoy.driver.coordination.WorkerFailure;
import convoy.records.BadInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.apache.hadoop.security.AccessControlException;

/** Tells failures that a while may mend from those that it will not. */
final class Passing {
    private Passing() {}

    /**
     * A file system that cannot be reached or read now may be again soon; a file that is missing or forbidden will be so then. Where a person
     * has just given an address it is a wrong word that nobody answers there; the driver has reached this one.
     */
    static WorkerFailure.Kind kind(Throwable failure) {
        if (failure instanceof BadInputException) {
            return causes(failure).anyMatch(Passing::isOfTheNetwork)
                    ? WorkerFailure.Kind.PASSING
                    : WorkerFailure.Kind.BAD_INPUT;
        }
        return causes(failure)
                .filter(IOException.class::isInstance)
                .findFirst()
                .filter(cause -> !(cause instanceof FileNotFoundException
                        || cause instanceof NoSuchFileException
                        || cause instanceof AccessDeniedException
                        || cause instanceof AccessControlException))
                .map(cause -> WorkerFailure.Kind.PASSING)
                .orElse(WorkerFailure.Kind.ERROR);
    }

    private static boolean isOfTheNetwork(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof UnknownHostException;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
