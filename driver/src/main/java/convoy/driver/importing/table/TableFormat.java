package convoy.driver.importing.table;

import convoy.records.BadInputException;
import java.util.ServiceLoader;
import org.apache.hadoop.conf.Configuration;

/** A format of tables whose files are Parquet files; named in {@code META-INF/services}. */
public interface TableFormat {
    /** {@return its name, as {@code iceberg}} */
    String name();

    /**
     * {@return what a table holds now}
     *
     * @param hadoop how to reach the file system
     * @param wanted which table, and which of its columns
     * @throws BadInputException if it is none, if it has not these columns, or if its rows are not those of its files
     */
    TableContent read(Configuration hadoop, WantedTable wanted);

    /**
     * {@return the format of a name}
     *
     * @param name as {@code iceberg}
     * @throws BadInputException if the class path has no such format
     */
    static TableFormat named(String name) {
        for (TableFormat found : ServiceLoader.load(TableFormat.class, TableFormat.class.getClassLoader())) {
            if (found.name().equals(name)) {
                return found;
            }
        }
        throw new BadInputException("tables of format " + name + " are read by convoy-" + name
                + ".jar, which is not on the class path: give it to spark-submit with --jars, beside convoy.jar");
    }
}
