package convoy.onnx.in;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.onnx.out.OnnxExport;
import convoy.records.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that were cut, or changed here and there: either a network, or lines that say why not, at once and in little memory. */
class MutatedModelTest {
    private static final List<byte[]> MODELS = Stream.of("lenet5", "shufflenet_v2_x0_5")
            .map(MutatedModelTest::model)
            .toList();

    private static final long[] NUMBERS = {
        0, 1, 2, -1, 3, 7, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32
    };

    private static byte[] model(String name) {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new OnnxExport(network, network.initialize(1), Optional.empty(), new TreeMap<>()).write(out);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return out.toByteArray();
    }

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytesMayBeAnything(int seed) {
        Random random = new Random(seed);
        byte[] bytes = MODELS.get(seed % 2).clone();
        // Where the graph is, and not the numbers: these may be anything.
        int graph = Math.min(bytes.length, 1 + random.nextInt(60_000));
        switch (seed / 2 % 4) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes[bytes.length - graph] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                for (int i = 0; i < 20; i++) {
                    bytes[bytes.length - 1 - random.nextInt(graph)] = (byte) random.nextInt();
                }
            }
            default -> {
                int from = bytes.length - graph;
                System.arraycopy(bytes, from, bytes, random.nextInt(from), Math.min(graph, 500));
            }
        }
        assertTaken(bytes);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void fieldsMayHoldAnything(int seed) throws IOException {
        Random random = new Random(seed);
        ModelProto.Builder model = ModelProto.parseFrom(MODELS.get(seed % 2)).toBuilder();
        for (int i = 0; i < 1 + seed % 3; i++) {
            change(model.getGraphBuilder(), random);
        }
        assertTaken(model.build().toByteArray());
    }

    private static void change(GraphProto.Builder graph, Random random) {
        NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
        NodeProto.Builder other = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
        TensorProto.Builder tensor = graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        if (node.getInputCount() == 0) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> node.setOpType(other.getOpType());
            case 1 -> node.setInput(random.nextInt(node.getInputCount()), other.getOutput(0));
            case 2 -> node.setInput(random.nextInt(node.getInputCount()), tensor.getName());
            case 3 -> node.clearInput();
            case 4 -> node.clearAttribute();
            case 5 -> {
                if (node.getAttributeCount() > 0) {
                    AttributeProto.Builder attribute =
                            node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
                    attribute.setI(number).setF((float) number);
                    for (int i = 0; i < attribute.getIntsCount(); i++) {
                        attribute.setInts(i, NUMBERS[random.nextInt(NUMBERS.length)]);
                    }
                }
            }
            case 6 -> {
                if (tensor.getDimsCount() > 0) {
                    tensor.setDims(random.nextInt(tensor.getDimsCount()), number);
                }
            }
            case 7 -> tensor.setDataType((int) number & 31);
            case 8 ->
                graph.getInputBuilder(0)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder()
                        .getDimBuilder(random.nextInt(4))
                        .setDimValue(number);
            case 9 -> node.setOutput(0, other.getOutput(0));
            case 10 -> graph.getOutputBuilder(0).setName(other.getOutput(0));
            default -> node.setOpType("Relu");
        }
    }

    private static void assertTaken(byte[] bytes) {
        assertTimeout(Duration.ofSeconds(20), () -> {
            try {
                OnnxModel model = MemoryFolder.read(bytes);
                assertThat(model.values()).isNotEmpty();
            } catch (BadInputException refused) {
                assertThat(String.valueOf(refused.getMessage()).lines())
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).startsWith("m.onnx"));
            }
        });
    }
}
