package convoy.jobs.reproduce;

import convoy.driver.checkpoint.RunDirectory;
import convoy.jobs.launch.Uris;
import convoy.records.BadInputException;
import convoy.worker.storage.Listing;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of the run that makes a model again: one of its own, so that nothing that is there is changed.
 *
 * @param runs URI of the folder that it lies in
 * @param name of its own
 */
record Target(String runs, String name) {
    /** More of them of one model are a mistake. */
    private static final int MOST = 10_000;

    /** Where it lies. */
    String uri() {
        return runs + "/" + name;
    }

    /**
     * The directory that a person asked for.
     *
     * @throws BadInputException if something else is there
     */
    static Target asked(Configuration hadoop, String to, Original original) {
        String bare = to.replaceAll("/+$", "");
        int slash = bare.lastIndexOf('/');
        String name = bare.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new BadInputException(
                    "--to = '" + to + "' names no folder of its own: give one that is not there yet");
        }
        String parent = slash < 0 ? "." : slash == 0 ? "/" : bare.substring(0, slash);
        Target target = new Target(Uris.local(parent), name);
        switch (target.state(hadoop, original)) {
            case FREE, BEGUN, ENDED -> {}
            case OTHER ->
                throw new BadInputException("--to = " + target.uri()
                        + " holds something else than the reproduction of " + original.model()
                        + ": give a folder that is not there yet");
        }
        return target;
    }

    /** The first directory of the usual names that is free, or in which the same was begun and did not end. */
    static Target usual(Configuration hadoop, String runs, Original original) {
        for (int number = 1; number <= MOST; number++) {
            Target target = new Target(runs, original.configuration().name() + "-reproduced-" + number);
            State state = target.state(hadoop, original);
            if (state == State.FREE || state == State.BEGUN) {
                return target;
            }
        }
        throw new BadInputException("more than " + MOST + " reproductions lie in " + runs + ": give one with --to");
    }

    private enum State {
        /** There is nothing. */
        FREE,
        /** The same model is being made there, or was until that was cut off. */
        BEGUN,
        /** The same model was made there. */
        ENDED,
        /** Something else is there. */
        OTHER
    }

    private State state(Configuration hadoop, Original original) {
        Path path = Storage.child(Storage.path("--to", runs), name);
        FileSystem files = Storage.of(hadoop, "--to", path);
        try {
            if (!files.exists(path)) {
                return State.FREE;
            }
            FileStatus there = files.getFileStatus(path);
            if (!there.isDirectory()) {
                return State.OTHER;
            }
            if (Listing.of(files, path).length == 0) {
                return State.FREE;
            }
        } catch (IOException failure) {
            throw Storage.explained(files, "--to", path, failure);
        }
        Optional<Marker> marker = Marker.read(RunDirectory.existing(hadoop, uri()));
        if (marker.isEmpty() || !marker.get().sha256().equals(original.sha256())) {
            return State.OTHER;
        }
        return marker.get().outcome().isEmpty() ? State.BEGUN : State.ENDED;
    }
}
