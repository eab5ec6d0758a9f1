package convoy.onnx.in;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import convoy.architectures.tensor.Shape.Image;
import convoy.onnx.ModelFolder;
import convoy.onnx.Vocabulary;
import convoy.onnx.untrusted.Weighing;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads ONNX models. */
public final class OnnxImport {
    /** A message of protobuf's has no more. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

    private OnnxImport() {}

    /**
     * Reads a model.
     *
     * @param folder where it lies
     * @param input the image that it is to be taken for; empty: the one that the model states
     * @return the network with its numbers, which are read from the folder when they are asked for
     * @throws BadInputException if it is damaged, or there is something in it that no network of ours has: all of that, each in a
     *     line
     * @throws IOException if it cannot be read
     */
    public static OnnxModel read(ModelFolder folder, Optional<Image> input) throws IOException {
        ModelProto model = parse(folder);
        long opset = opset(folder.name(), model);
        SortedMap<String, String> metadata = new TreeMap<>();
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        String producer = (model.getProducerName() + " " + model.getProducerVersion()).strip();
        return new GraphReader(folder, model, new OnnxModel.Origin(producer, opset, metadata)).read(input);
    }

    private static ModelProto parse(ModelFolder folder) throws IOException {
        long length = folder.length();
        if (length > MOST_BYTES) {
            throw new BadInputException(folder.name() + " has " + Counts.plain(length, "byte")
                    + ": an ONNX model has less than 2 GiB, and larger weights in a file of their own");
        }
        if (length > Runtime.getRuntime().maxMemory() / 2) {
            throw new BadInputException(
                    folder.name() + " has " + Counts.plain(length, "byte") + ", more than half of the memory that this"
                            + " process may take: start it with more (spark.driver.memory)");
        }
        ByteString bytes = UnsafeByteOperations.unsafeWrap(folder.model());
        try {
            new Weighing().weigh(bytes, ModelProto.getDescriptor());
            CodedInputStream in = bytes.newCodedInput();
            in.enableAliasing(true);
            in.setRecursionLimit(Weighing.DEEPEST + 1);
            ModelProto model = ModelProto.parseFrom(in);
            if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
                throw new BadInputException(folder.name() + " is no ONNX model: it has no graph, or no node in it");
            }
            return model;
        } catch (InvalidProtocolBufferException damaged) {
            throw new BadInputException(
                    folder.name() + " is no ONNX model, or is damaged: " + damaged.getMessage(), damaged);
        } catch (BadInputException refused) {
            throw refused.getMessage() != null && refused.getMessage().startsWith(folder.name())
                    ? refused
                    : new BadInputException(
                            folder.name() + " is no ONNX model, or is damaged: " + refused.getMessage(), refused);
        }
    }

    private static long opset(String name, ModelProto model) {
        long opset = 0;
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                opset = Math.max(opset, set.getVersion());
            }
        }
        if (opset < Vocabulary.OLDEST_OPSET || opset > Vocabulary.NEWEST_OPSET) {
            throw new BadInputException(
                    name + " is of version " + opset + " of ONNX's operators; " + Vocabulary.OLDEST_OPSET + " to "
                            + Vocabulary.NEWEST_OPSET + " are read: export it with one of them");
        }
        return opset;
    }
}
