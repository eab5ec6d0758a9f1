package convoy.parameterserver.transport;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.network.util.TransportConf;

/** Which of Spark's ways to authenticate and encrypt are spoken here. */
public final class Handshake {
    private Handshake() {}

    /**
     * With encryption, refuses the older, weaker handshakes that Spark's defaults allow, and a cipher that fails.
     *
     * @param conf Spark's transport settings, encryption among them
     * @param secret without one nothing is encrypted
     * @throws IllegalArgumentException with the settings, their values and the remedy
     */
    public static void requireSound(TransportConf conf, Optional<AppSecret> secret) {
        if (secret.isEmpty() || !conf.encryptionEnabled()) {
            return;
        }
        if (conf.saslFallback() || conf.authEngineVersion() < 2) {
            throw new IllegalArgumentException("spark.network.crypto.saslFallback = " + conf.saslFallback()
                    + ", spark.network.crypto.authEngineVersion = " + conf.authEngineVersion()
                    + ": set false and 2, the older handshakes are not spoken here");
        }
        String cipher = conf.get("spark.network.crypto.cipher", "AES/CTR/NoPadding");
        if (cipher.equals("AES/GCM/NoPadding") && !decryptsMoreThanOneMessage()) {
            throw new IllegalArgumentException(
                    "spark.network.crypto.cipher = " + cipher
                            + ": this Spark drops every message of a connection but the first (SPARK-56227); use AES/CTR/NoPadding");
        }
    }

    /** Whether Spark's GCM decryption starts anew for each message; 3.5.5's does not, and connections just hang. */
    private static boolean decryptsMoreThanOneMessage() {
        try {
            Class<?> handler = Class.forName("org.apache.spark.network.crypto.GcmTransportCipher$DecryptionHandler");
            return Arrays.stream(handler.getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals("resetForNextMessage"));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
