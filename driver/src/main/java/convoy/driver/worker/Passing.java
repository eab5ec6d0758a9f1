package convoy.driver.worker;

import convoy.driver.coordination.WorkerFailure;
import convoy.records.BadInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.apache.hadoop.security.AccessControlException;

/** Tells failures that a while may mend from those that it will not. */
final class Passing {
    private Passing() {}

    /** A file system that cannot be reached or read now may be again soon; a file that is missing or forbidden will be so then. */
    static WorkerFailure.Kind kind(Throwable failure) {
        if (failure instanceof BadInputException) {
            return WorkerFailure.Kind.BAD_INPUT;
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

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
