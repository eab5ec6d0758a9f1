package convoy.parameterserver.transport;

import org.apache.spark.network.sasl.SecretKeyHolder;

/**
 * What a peer must know to be spoken to: Spark's application id and its secret.
 *
 * @param appId the name under which {@code keys} knows the secret, Spark's {@code spark.app.id}
 * @param keys where the secret is; Spark's {@code SecurityManager} is one
 */
public record AppSecret(String appId, SecretKeyHolder keys) {}
