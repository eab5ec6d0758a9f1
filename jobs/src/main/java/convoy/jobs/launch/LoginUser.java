package convoy.jobs.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;

/** Who this process is for Hadoop, where the system has no name for the user's id, as in many containers. */
public final class LoginUser {
    private static final String NAME = "user.name";

    private LoginUser() {}

    /** Hadoop logs in by the system's name for the user, whatever else it is told, and fails where there is none. */
    public static void provide() {
        if (isNameless(System.getProperty(NAME, "")) && !UserGroupInformation.isSecurityEnabled()) {
            String name = name(System.getenv(), id());
            System.setProperty(NAME, name);
            UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
        }
    }

    /** What Java says where the system does not know the user. */
    static boolean isNameless(String name) {
        return name.isEmpty() || name.equals("?");
    }

    /** The name that Hadoop is to be told, else one of the id. */
    static String name(Map<String, String> environment, String id) {
        return Optional.ofNullable(environment.get("HADOOP_USER_NAME"))
                .filter(name -> !name.isBlank())
                .orElse("user-" + id);
    }

    private static String id() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot ask for this user's id", e);
        }
    }
}
