package convoy.driver.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import convoy.architectures.file.StoredNetwork;
import convoy.architectures.graph.Network;

/** Serializes a network as the text that it is stored as, so that no operation has a place of its own in the encoding. */
final class NetworkSerializer extends Serializer<Network> {
    @Override
    public void write(Kryo kryo, Output output, Network network) {
        output.writeString(new StoredNetwork(network).line());
    }

    @Override
    public Network read(Kryo kryo, Input input, Class<Network> type) {
        return StoredNetwork.read(input.readString(), "a message").network();
    }
}
