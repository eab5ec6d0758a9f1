package convoy.jobs.launch;

import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.records.BadInputException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** Starts the Spark application that a command runs in. */
public final class Applications {
    private static final String STANDALONE = "spark://";
    private static final int CONNECT_MILLIS = 5000;

    private Applications() {}

    /**
     * Starts it on the master that {@code spark-submit} or {@code ./convoy --master} named. Where none was named, it is this
     * process, with a slot for every core and for every worker: a worker without a slot would wait for ever.
     *
     * @param name shown on Spark's pages
     * @param size of what will run in it
     * @return the application, to be closed
     */
    public static SparkApplication start(String name, RunSize size) {
        return start(name, Map.of(), size);
    }

    /**
     * The same with further settings of Spark.
     *
     * @param name shown on Spark's pages
     * @param settings further ones of Spark
     * @param size of what will run in it
     * @return the application, to be closed
     */
    public static SparkApplication start(String name, Map<String, String> settings, RunSize size) {
        String master = System.getProperty("spark.master", "local[*]");
        if (master.startsWith(STANDALONE)) {
            requireAnAnswer(master);
        }
        // Before Spark asks for files.
        ForklessLocalFileSystem.install(Uris.hadoop());
        int slots = Math.max(size.tasks(), Runtime.getRuntime().availableProcessors());
        Optional<String> here = master.equals("local[*]") || master.equals("local")
                ? Optional.of("local[" + slots + "]")
                : Optional.empty();
        return SparkApplication.start(here, name, settings, size);
    }

    /** Spark itself would say only after a minute, and in many words, that there is no such master. */
    private static void requireAnAnswer(String master) {
        String reason = "";
        for (String address : master.substring(STANDALONE.length()).split(",", -1)) {
            int colon = address.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                int port = Integer.parseInt(address.substring(colon + 1));
                socket.connect(new InetSocketAddress(address.substring(0, Math.max(0, colon)), port), CONNECT_MILLIS);
                return;
            } catch (IOException | IllegalArgumentException unreachable) {
                reason = unreachable instanceof UnknownHostException
                        ? "no such host"
                        : String.valueOf(unreachable.getMessage());
            }
        }
        throw new BadInputException("spark.master = " + master + " cannot be reached (" + reason
                + "); check the host and port, and that a master runs there");
    }
}
