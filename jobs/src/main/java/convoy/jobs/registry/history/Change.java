package convoy.jobs.registry.history;

import java.util.List;
import java.util.Optional;

/** What one entry of a history did. */
public sealed interface Change {
    /**
     * Says what becomes of each kind.
     *
     * @param <T> what comes of it
     */
    interface Visitor<T> {
        /**
         * {@return what becomes of it}
         *
         * @param made the change
         */
        T visit(Made made);

        /**
         * {@return what becomes of it}
         *
         * @param added the change
         */
        T visit(Added added);

        /**
         * {@return what becomes of it}
         *
         * @param moved the change
         */
        T visit(Moved moved);

        /**
         * {@return what becomes of it}
         *
         * @param gone the change
         */
        T visit(AliasRemoved gone);

        /**
         * {@return what becomes of it}
         *
         * @param removed the change
         */
        T visit(Removed removed);

        /**
         * {@return what becomes of it}
         *
         * @param recovered the change
         */
        T visit(Recovered recovered);
    }

    /**
     * {@return what a visitor makes of it}
     *
     * @param <T> what comes of it
     * @param visitor called once
     */
    <T> T accept(Visitor<T> visitor);

    /** The registry was made. */
    record Made() implements Change {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A version was added; no alias names it yet.
     *
     * @param version its number
     * @param sha256 of its {@code version.json}, which has those of its other files
     */
    record Added(long version, String sha256) implements Change {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }

    /** An alias came to name a version, or another one than before. */
    sealed interface Moved extends Change {
        /** {@return which alias} */
        String alias();

        /** {@return the version that it names from then on} */
        long version();

        /** {@return the version that it named until then; empty if it was not there} */
        Optional<Long> before();

        /** {@return what was done, in one word} */
        String word();

        @Override
        default <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A version was found good enough.
     *
     * @param alias which alias
     * @param version that it names from then on
     * @param before that it named until then; empty if it was not there
     */
    record Promoted(String alias, long version, Optional<Long> before) implements Moved {
        @Override
        public String word() {
            return "promoted";
        }
    }

    /**
     * A version was promoted against the verdict.
     *
     * @param alias which alias
     * @param version that it names from then on
     * @param before that it named until then; empty if it was not there
     */
    record Forced(String alias, long version, Optional<Long> before) implements Moved {
        @Override
        public String word() {
            return "forced";
        }
    }

    /**
     * An alias went back to a version that it had named before.
     *
     * @param alias which alias
     * @param version that it names from then on
     * @param before that it named until then
     */
    record RolledBack(String alias, long version, Optional<Long> before) implements Moved {
        @Override
        public String word() {
            return "rolled back";
        }
    }

    /**
     * An alias names nothing any more.
     *
     * @param alias which alias
     * @param before the version that it named until then
     */
    record AliasRemoved(String alias, long before) implements Change {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Versions were removed: what they were is still known, their models are not there any more.
     *
     * @param versions their numbers, rising
     */
    record Removed(List<Long> versions) implements Change {
        public Removed {
            versions = List.copyOf(versions);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Somebody before had been stopped on the way, and what was left of that is cleared away.
     *
     * @param folders below {@code versions}: of versions that were never added, or of which files were left when they were removed
     */
    record Recovered(List<String> folders) implements Change {
        public Recovered {
            folders = List.copyOf(folders);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.visit(this);
        }
    }
}
