package convoy.parameterserver.transport;

import java.time.Duration;
import org.apache.spark.network.util.TransportConf;

/**
 * How many may be at a server's port, and for how long without saying who they are.
 *
 * @param connections in all
 * @param connectionsPerHost of those, from one address
 * @param handshakes of those, from peers that have not shown yet that they know the secret
 * @param handshake how long one may take to show it
 */
public record DoorLimits(int connections, int connectionsPerHost, int handshakes, Duration handshake) {
    /** Refuses limits that would keep everybody out. */
    public DoorLimits {
        requireOne("spark.convoy.connections", connections);
        requireOne("spark.convoy.connectionsPerHost", connectionsPerHost);
        requireOne("spark.convoy.handshakes", handshakes);
        if (handshake.toMillis() < 1) {
            throw new IllegalArgumentException("spark.convoy.handshakeSeconds = " + handshake.toSeconds()
                    + ": at least 1, or nobody could connect");
        }
    }

    private static void requireOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " = " + value + ": at least 1, or nobody could connect");
        }
    }

    /**
     * {@return what an application's settings say}
     *
     * @param conf Spark's transport settings
     * @throws IllegalArgumentException with the setting, its value and the limit
     */
    public static DoorLimits of(TransportConf conf) {
        return new DoorLimits(
                read(conf, "spark.convoy.connections", 16_384),
                read(conf, "spark.convoy.connectionsPerHost", 4_096),
                read(conf, "spark.convoy.handshakes", 256),
                Duration.ofSeconds(read(conf, "spark.convoy.handshakeSeconds", 20)));
    }

    private static int read(TransportConf conf, String key, int otherwise) {
        String text = conf.get(key, Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " = " + text + ": a whole number is wanted", e);
        }
    }
}
