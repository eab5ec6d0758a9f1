package convoy.jobs.registry.history;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who changed a registry, as far as a machine knows.
 *
 * @param user its name on that machine
 * @param host the machine's name
 */
public record Actor(String user, String host) {
    /** {@return the user of this process on this machine} */
    public static Actor here() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "localhost";
        }
        return new Actor(System.getProperty("user.name", "?"), host);
    }

    /** {@return user and host in one word} */
    public String describe() {
        return user + "@" + host;
    }
}
