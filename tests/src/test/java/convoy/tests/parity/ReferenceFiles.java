package convoy.tests.parity;

import java.nio.file.Path;

/** Where the files with PyTorch's figures are: beside the repository, unless a system property names another. */
final class ReferenceFiles {
    private static final String CHOSEN = System.getProperty("parity.reference", "");

    private ReferenceFiles() {}

    /** The file that {@code -Dparity.reference} names, or this one of the folder that lies beside the repository. */
    static Path parity(String name) {
        return isChosen() ? Path.of(CHOSEN) : beside(name);
    }

    /** Whether somebody has named a file. */
    static boolean isChosen() {
        return !CHOSEN.isEmpty();
    }

    /** A file of the folder that lies beside the repository. */
    static Path beside(String name) {
        return Path.of(System.getProperty("convoy.root", "."))
                .resolveSibling("shared")
                .resolve("parity")
                .resolve(name);
    }
}
