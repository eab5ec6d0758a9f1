package convoy.parameterserver.transport;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/** How tests connect. */
public enum Security {
    OPEN,
    AUTHENTICATED,
    ENCRYPTED;

    /** Spark's settings for it. */
    public TransportConf conf() {
        return conf(Map.of());
    }

    /** The same with some more. */
    public TransportConf conf(Map<String, String> further) {
        Map<String, String> settings = new HashMap<>();
        settings.put("spark.network.crypto.saslFallback", "false");
        settings.put("spark.network.crypto.authEngineVersion", "2");
        settings.put("spark.network.crypto.enabled", Boolean.toString(this == ENCRYPTED));
        settings.put("spark.test.io.serverThreads", "2");
        settings.put("spark.test.io.clientThreads", "2");
        settings.putAll(further);
        return new TransportConf("test", new MapConfigProvider(settings));
    }

    /** What peers must know: {@code key}, or nothing. */
    public Optional<AppSecret> secret(String key) {
        return this == OPEN
                ? Optional.empty()
                : Optional.of(new AppSecret("app", new SecretKeyHolder() {
                    @Override
                    public String getSaslUser(String appId) {
                        return "user";
                    }

                    @Override
                    public String getSecretKey(String appId) {
                        return key;
                    }
                }));
    }
}
