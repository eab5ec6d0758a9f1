package convoy.onnx.out;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import convoy.architectures.graph.Network;
import convoy.architectures.graph.Node;
import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Tensor;
import convoy.onnx.Vocabulary;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trained network as an ONNX model: what inference needs of it, with any number of images at a time. Its input is {@value
 * Vocabulary#INPUT} {@code [N, C, H, W]}, its output {@value Vocabulary#LOGITS} {@code [N, classes]}; nodes and tensors have the names that
 * they have here.
 *
 * @param network with or without auxiliary heads, which are left out
 * @param values all parameters in {@code state_dict} order, then all statistics, those of auxiliary heads included
 * @param scaling what the model does with pixels; empty: it takes images as training saw them
 * @param metadata texts by key, which go along
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and never compared.
public record OnnxExport(
        Network network, float[] values, Optional<PixelScaling> scaling, SortedMap<String, String> metadata) {
    /** Bytes beyond which a model's numbers lie in a file of their own: a message of protobuf's has less than 2 GiB. */
    public static final long MOST_INSIDE = Integer.MAX_VALUE - (64L << 20);

    private static final int CHUNK = 1 << 16;

    public OnnxExport {
        metadata = new TreeMap<>(metadata);
        if (!(network.input() instanceof Image image)) {
            throw new BadInputException("network " + network.name() + " takes a vector of " + network.input()
                    + "; only networks of images are written as ONNX models");
        }
        if (scaling.isPresent() && scaling.get().mean().size() != image.channels()) {
            throw new BadInputException("network " + network.name() + " takes "
                    + Counts.plain(image.channels(), "channel") + ", and the normalization has figures of "
                    + scaling.get().mean().size());
        }
        long size = network.tensors().stream().mapToLong(Tensor::size).sum();
        if (size != values.length) {
            throw new IllegalArgumentException("network " + network.name() + " has " + Counts.plain(size, "number")
                    + ", and " + values.length + " are given");
        }
    }

    /** {@return the bytes that all numbers of inference take} */
    public long bytes() {
        return Float.BYTES
                * network.inference().tensors().stream().mapToLong(Tensor::size).sum();
    }

    /**
     * Writes the model with its numbers inside.
     *
     * @param out takes the whole file
     * @throws IOException if it cannot be written
     */
    public void write(OutputStream out) throws IOException {
        if (bytes() > MOST_INSIDE) {
            throw new IllegalStateException(Counts.plain(bytes(), "byte") + " of numbers do not fit inside a model");
        }
        Map<String, Integer> places = places();
        model(tensor -> Protos.floats(tensor.name(), tensor.shape(), values, place(places, tensor))
                        .build())
                .writeTo(out);
    }

    /**
     * Writes the model without its numbers, which lie in a file beside it.
     *
     * @param out takes the whole file
     * @param numbers the name of the file that {@link #writeNumbers} writes, in the same folder
     * @throws IOException if it cannot be written
     */
    public void write(OutputStream out, String numbers) throws IOException {
        Map<String, Long> offsets = new HashMap<>();
        long offset = 0;
        for (Tensor tensor : network.inference().tensors()) {
            offsets.put(tensor.name(), offset);
            offset += (long) Float.BYTES * tensor.size();
        }
        model(tensor -> Protos.described(tensor.name(), tensor.shape())
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", numbers))
                        .addExternalData(entry("offset", String.valueOf(offsets.get(tensor.name()))))
                        .addExternalData(entry("length", String.valueOf((long) Float.BYTES * tensor.size())))
                        .build())
                .writeTo(out);
    }

    /**
     * Writes the numbers alone, little-endian, one tensor after the other.
     *
     * @param out takes the whole file
     * @throws IOException if it cannot be written
     */
    public void writeNumbers(OutputStream out) throws IOException {
        Map<String, Integer> places = places();
        ByteBuffer chunk = ByteBuffer.allocate(Float.BYTES * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor tensor : network.inference().tensors()) {
            int begin = place(places, tensor);
            for (int done = 0; done < tensor.size(); done += CHUNK) {
                int count = Math.min(CHUNK, tensor.size() - done);
                chunk.asFloatBuffer().put(values, begin + done, count);
                out.write(chunk.array(), 0, Float.BYTES * count);
            }
        }
    }

    /**
     * {@return whether a file begins as the models that are written here}
     *
     * @param in positioned at the file's first byte
     * @throws IOException if it cannot be read
     */
    public static boolean begins(InputStream in) throws IOException {
        byte[] begin = ModelProto.newBuilder()
                .setIrVersion(Vocabulary.IR_VERSION)
                .setProducerName(Vocabulary.CONVOY)
                .build()
                .toByteArray();
        return Arrays.equals(begin, in.readNBytes(begin.length));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** Where each tensor begins in the flat vector. */
    private Map<String, Integer> places() {
        Map<String, Integer> places = new HashMap<>();
        int begin = 0;
        for (List<Tensor> tensors : List.of(network.parameters(), network.statistics())) {
            for (Tensor tensor : tensors) {
                places.put(tensor.name(), begin);
                begin += tensor.size();
            }
        }
        return places;
    }

    private static int place(Map<String, Integer> places, Tensor tensor) {
        return Objects.requireNonNull(places.get(tensor.name()), tensor.name());
    }

    /** Makes a tensor of one of the network's. */
    @FunctionalInterface
    private interface Stored {
        TensorProto of(Tensor tensor);
    }

    private ModelProto model(Stored stored) {
        Network inference = network.inference();
        Map<String, Shape> shapes = inference.shapes();
        GraphWriter to = new GraphWriter();
        shapes.keySet().forEach(to::reserve);
        inference.tensors().forEach(tensor -> to.reserve(tensor.name()));
        to.graph().setName(inference.name());
        Image input = (Image) inference.input();
        to.graph().addInput(Protos.batch(Vocabulary.INPUT, input.channels(), input.height(), input.width()));
        inference.tensors().forEach(tensor -> to.constant(stored.of(tensor)));
        String read = scaling.map(asked -> scaled(to, asked)).orElse(Vocabulary.INPUT);
        for (Node node : inference.nodes()) {
            List<String> inputs = node.inputs().stream()
                    .map(from -> from.equals(Network.INPUT) ? read : from)
                    .toList();
            Shape output = Objects.requireNonNull(shapes.get(node.name()), node.name());
            node.operation().accept(new Lowering(to, node.name(), inputs, inference.inputShapes(node), output));
        }
        String last = inference.mainHead().output();
        String logits = to.fresh(Vocabulary.LOGITS);
        to.graph().getNodeBuilderList().stream()
                .filter(node -> node.getOutput(0).equals(last))
                .forEach(node -> node.setOutput(0, logits));
        to.graph().getNodeBuilderList().forEach(node -> renameInputs(node, last, logits));
        to.graph().addOutput(Protos.batch(logits, inference.classes()));
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(Vocabulary.IR_VERSION)
                .setProducerName(Vocabulary.CONVOY)
                .setGraph(to.graph())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(Vocabulary.OPSET));
        to.functions().forEach(model::addFunctions);
        if (model.getFunctionsCount() > 0) {
            model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(Vocabulary.CONVOY).setVersion(1));
        }
        metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
        return model.build();
    }

    private static void renameInputs(NodeProto.Builder node, String from, String to) {
        for (int i = 0; i < node.getInputCount(); i++) {
            if (node.getInput(i).equals(from)) {
                node.setInput(i, to);
            }
        }
    }

    private static String scaled(GraphWriter to, PixelScaling scaling) {
        int channels = scaling.mean().size();
        float[] mean = new float[channels];
        float[] std = new float[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = scaling.mean().get(c).floatValue();
            std[c] = scaling.std().get(c).floatValue();
        }
        List<Integer> shape = List.of(1, channels, 1, 1);
        String means = to.constant(
                Protos.floats(to.fresh("normalization/mean"), shape, mean, 0).build());
        String deviations = to.constant(
                Protos.floats(to.fresh("normalization/std"), shape, std, 0).build());
        String greatest = to.number("normalization/greatest", 255.0);
        String parts = to.node(to.fresh("normalization/Scale"), "Div", List.of(Vocabulary.INPUT, greatest));
        String centred = to.node(to.fresh("normalization/Centre"), "Sub", List.of(parts, means));
        return to.node(to.fresh("normalization"), "Div", List.of(centred, deviations));
    }
}
