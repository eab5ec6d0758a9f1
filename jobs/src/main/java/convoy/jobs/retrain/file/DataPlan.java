package convoy.jobs.retrain.file;

import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.worker.storage.HomeDirectory;
import java.util.List;

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
     * The rows that each snapshot of an Iceberg table added.
     *
     * @param table URI of the table's folder, or of a metadata file
     * @param image the column of picture files
     * @param label the column of their classes
     * @param classes their names in the order of the labels; none: those of each snapshot, which then have to be the same
     * @param channels 1 or 3
     * @param onBad what is done about a row that cannot be used
     */
    record Iceberg(
            String table,
            @Default("image") String image,
            @Default("label") String label,
            @Default(Default.EMPTY_LIST) List<String> classes,
            @Default("3") int channels,
            @Default("fail") OnBad onBad)
            implements DataPlan {
        public Iceberg {
            table = HomeDirectory.uri("table", table);
            classes = List.copyOf(classes);
            if (table.isBlank()) {
                throw new BadInputException(Refusal.of("table", "''")
                        .because("is empty")
                        .instead("give the address of the table's folder, or of its newest metadata file"));
            }
            if (channels != 1 && channels != 3) {
                throw new BadInputException(Refusal.of("channels", channels)
                        .because("is neither 1 nor 3")
                        .instead("1 reads pictures as grey, 3 as coloured"));
            }
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.iceberg(this);
        }
    }
}
