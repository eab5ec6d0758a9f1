package convoy.driver;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;

/** Names to Kryo every class of ours that Spark serializes. */
public final class ConvoyRegistrator implements KryoRegistrator {
    @Override
    public void registerClasses(Kryo kryo) {}
}
