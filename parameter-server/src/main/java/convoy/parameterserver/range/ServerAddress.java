package convoy.parameterserver.range;

/**
 * Where a {@code ServerHost} listens.
 *
 * @param host name or IP address, as its peers resolve it
 * @param port TCP port
 */
public record ServerAddress(String host, int port) {
    /** Refuses an empty host and ports outside 1 to 65535. */
    public ServerAddress {
        if (host.isBlank() || host.length() > 255) {
            throw new IllegalArgumentException("server host '" + host + "': 1 to 255 characters");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("server port " + port + ": 1 to 65535");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
