package convoy.jobs.recipes;

import convoy.records.text.Names;

/**
 * A file to begin with.
 *
 * @param name by which it is asked for, and of its file without {@code .yaml}
 * @param kind what it is the file of
 * @param text of the whole file; the first line is a comment that says what it is
 */
record Recipe(String name, Kind kind, String text) {
    private static final String COMMENT = "# ";

    /** What a file is of, and so which command takes it. */
    enum Kind {
        /** {@code convoy train} takes it. */
        RUN,
        /** {@code convoy ablate} takes it. */
        STUDY;

        String word() {
            return Names.kebab(name());
        }
    }

    Recipe {
        if (!text.startsWith(COMMENT)) {
            throw new IllegalArgumentException(
                    "the recipe " + name + " does not begin with a line that says what it is");
        }
    }

    /** What it is, in a line. */
    String line() {
        return text.lines().findFirst().orElse("").substring(COMMENT.length());
    }
}
