package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.storage.HomeDirectory;

/** Where data come from that may be new. */
public sealed interface DataPlan {
    /**
     * {@return what a visitor makes of it}
     *
     * @param <T> what that is
     * @param visitor is asked for the kind that this is
     */
    <T> T accept(Visitor<T> visitor);

    /**
     * Something for each kind.
     *
     * @param <T> what is made of one
     */
    interface Visitor<T> {
        /**
         * {@return what is made of partitions}
         *
         * @param partitions a data set for each day
         */
        T partitions(Partitions partitions);

        /**
         * {@return what is made of a manifest}
         *
         * @param manifest that lists data sets
         */
        T manifest(Manifest manifest);

        /**
         * {@return what is made of an Iceberg table}
         *
         * @param iceberg the table
         */
        T iceberg(Iceberg iceberg);
    }

    /**
     * A data set for each day, in folders whose names hold the date.
     *
     * @param uri with {@code {date}} in its last part, as {@code hdfs://host/data/day={date}}
     */
    record Partitions(String uri) implements DataPlan {
        public Partitions {
            uri = HomeDirectory.uri("uri", uri);
            DayPattern.of(uri);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.partitions(this);
        }

        /** {@return where the folders lie and what their names are} */
        public DayPattern pattern() {
            return DayPattern.of(uri);
        }
    }

    /**
     * A file that lists the data sets, by names that stay; see {@link ManifestFile}.
     *
     * @param uri of the file
     */
    record Manifest(String uri) implements DataPlan {
        public Manifest {
            uri = HomeDirectory.uri("uri", uri);
            if (uri.isBlank()) {
                throw new BadInputException(Refusal.of("uri", "''")
                        .because("is empty")
                        .instead("give the address of a file that lists the data sets"));
            }
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.manifest(this);
        }
    }

    /**
     * The files that each snapshot of an Iceberg table added.
     *
     * @param table URI of the table
     */
    record Iceberg(String table) implements DataPlan {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.iceberg(this);
        }
    }
}
