package convoy.onnx.in;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.ByteString;
import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.onnx.out.OnnxExport;
import convoy.records.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is no model, or none of a network: each in a line that says what, and where. */
class RefusalsTest {
    private static final byte[] MODEL = lenet();

    private static byte[] lenet() {
        Network network = Catalogue.build("lenet5", NetworkArguments.defaults());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new OnnxExport(network, network.initialize(1), Optional.empty(), new TreeMap<>()).write(out);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return out.toByteArray();
    }

    private static void assertRefused(Consumer<ModelProto.Builder> change, String... said) {
        assertThatThrownBy(() -> MemoryFolder.read(changed(change)))
                .isInstanceOf(BadInputException.class)
                .message()
                .startsWith("m.onnx")
                .contains(said);
    }

    private static byte[] changed(Consumer<ModelProto.Builder> change) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(MODEL).toBuilder();
            change.accept(model);
            return model.build().toByteArray();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static TensorProto.Builder first(ModelProto.Builder model) {
        return model.getGraphBuilder().getInitializerBuilder(0);
    }

    private static NodeProto.Builder node(ModelProto.Builder model, String operator) {
        return model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOpType().equals(operator))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsNoModel() {
        for (String text :
                new String[] {"", "PK\u0003\u0004", "<!DOCTYPE html>", "version https://git-lfs.github.com/spec/v1"}) {
            assertThatThrownBy(() -> MemoryFolder.read(text.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith("m.onnx is no ONNX model")
                    .hasMessageNotContaining("\n");
        }
        assertThatThrownBy(() -> MemoryFolder.read(Arrays.copyOf(MODEL, MODEL.length / 2)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("m.onnx is no ONNX model, or is damaged");
    }

    @Test
    void otherVersions() {
        assertRefused(model -> model.getOpsetImportBuilder(0).setVersion(6), "version 6", "7 to 21");
        assertRefused(model -> model.getOpsetImportBuilder(0).setVersion(22), "version 22", "7 to 21");
    }

    @Test
    void allThatNoNetworkHasIsListedAtOnce() {
        assertRefused(
                model -> {
                    node(model, "Conv").setOpType("ConvTranspose").setName("a");
                    node(model, "Conv").setOpType("LSTM").setName("b");
                    node(model, "Gemm").setOpType("Einsum").setName("c");
                },
                "node a, ConvTranspose: no operation of a network does this",
                "node b, LSTM",
                "node c, Einsum");
    }

    @Test
    void sizesAreComparedBeforeMemoryIsTaken() {
        assertRefused(model -> first(model).setDims(0, 1L << 40), "initializer", "an extent of 1099511627776");
        assertRefused(model -> first(model).setDims(0, 1 << 30), "more than 2,147,483,647 numbers");
        assertRefused(model -> first(model).setDims(0, 20_000), "bytes where its extents say");
        assertRefused(model -> first(model).setDims(0, -6), "an extent of -6");
        assertRefused(model -> first(model).setDataType(8), "holds STRING");
    }

    @Test
    void bytesBesideTheModelLieInItsFolder() {
        for (String location : new String[] {"../secret", "/etc/passwd", "a/../../b", "", "C:\\x", "a//b", "."}) {
            assertRefused(model -> external(first(model), location, "0"), "no file in the model's folder");
        }
        assertRefused(model -> external(first(model), "numbers", "0"), "there is no such file");
        byte[] offset = changed(model -> external(first(model), "numbers", "8"));
        assertThatThrownBy(() -> MemoryFolder.read(offset, Map.of("numbers", new byte[600])))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("its 600 bytes from 8 on in numbers, which has 600");
        byte[] twice = changed(model -> {
            external(first(model), "numbers", "0");
            TensorProto copy = first(model).build().toBuilder().setName("copy").build();
            model.getGraphBuilder().addInitializer(copy);
        });
        assertThatThrownBy(() -> MemoryFolder.read(twice, Map.of("numbers", new byte[600])))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("which has 600 for all tensors");
        assertRefused(model -> external(first(model), "numbers", "-1"), "is no whole number");
    }

    private static void external(TensorProto.Builder tensor, String location, String offset) {
        tensor.clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .clearExternalData()
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("offset").setValue(offset));
    }

    @Test
    void manySmallPartsAndDeepOnes() {
        assertRefused(
                model -> {
                    for (int i = 0; i < 600_000; i++) {
                        model.addMetadataProps(StringStringEntryProto.getDefaultInstance());
                        model.addFunctions(FunctionProto.getDefaultInstance());
                    }
                },
                "more than 1000000");
        assertRefused(
                model -> {
                    GraphProto inner = GraphProto.getDefaultInstance();
                    for (int i = 0; i < 15; i++) {
                        inner = GraphProto.newBuilder()
                                .addNode(NodeProto.newBuilder()
                                        .addAttribute(
                                                AttributeProto.newBuilder().setG(inner)))
                                .build();
                    }
                    node(model, "Conv").addAttribute(AttributeProto.newBuilder().setG(inner));
                },
                "more than 20 deep");
    }

    @Test
    void inputsAndOutputs() {
        assertRefused(
                model -> model.getGraphBuilder()
                        .addInput(model.getGraph().getInput(0).toBuilder().setName("other")),
                "takes 2 inputs: input, other");
        assertRefused(
                model -> shape(model)
                        .clearDim()
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(5)),
                "1 axis");
        assertRefused(model -> shape(model).getDimBuilder(2).clearValue(), "leaves its channels, height or width open");
        assertRefused(model -> model.getGraphBuilder().clearOutput(), "no output");
        assertRefused(model -> model.getGraphBuilder().getOutputBuilder(0).setName("x"), "its output x is no value");
        assertRefused(model -> model.getGraphBuilder().getOutputBuilder(0).setName("conv1"), "logits are a vector");
        assertRefused(model -> node(model, "Gemm").setInput(0, "nothing"), "nothing, which is no value before it");
    }

    private static TensorShapeProto.Builder shape(ModelProto.Builder model) {
        return model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder();
    }

    @Test
    void aFunctionThatOnlySaysItIsOurs() {
        assertRefused(
                model -> model.addFunctions(
                        FunctionProto.newBuilder().setDomain("convoy").setName("EvoNormS0")),
                "a function convoy.EvoNormS0");
    }

    @Test
    void anImageOfAnotherSizeMayBeAskedFor() throws IOException {
        Network lenet = MemoryFolder.read(MODEL).network();
        assertThat(lenet.input()).hasToString("1x28x28");
    }

    @Test
    void batchNormsThatWereFoldedAreSaid() {
        OnnxModel model = MemoryFolder.read(changed(folded -> {
            rename(folded, "conv1.weight", "onnx::Conv_12");
            rename(folded, "conv1.bias", "onnx::Conv_13");
        }));
        assertThat(model.notices())
                .singleElement()
                .asString()
                .contains("batch norms were folded", "onnx::Conv_12 and 1 more", "training mode");
        assertThat(model.initializer("conv1.weight")).isEqualTo("onnx::Conv_12");
    }

    private static void rename(ModelProto.Builder model, String from, String to) {
        model.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getName().equals(from))
                .forEach(tensor -> tensor.setName(to));
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(from)) {
                    node.setInput(i, to);
                }
            }
        }
    }

    @Test
    void halvesAndDoublesAreRead() {
        TensorProto tensor;
        try {
            tensor = ModelProto.parseFrom(MODEL).getGraph().getInitializer(1);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        assertThat(tensor.getName()).isEqualTo("conv1.bias");
        for (TensorProto.DataType type :
                List.of(TensorProto.DataType.FLOAT16, TensorProto.DataType.BFLOAT16, TensorProto.DataType.DOUBLE)) {
            ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 6; i++) {
                switch (type) {
                    // 1.5 in each, and the smallest of binary16's below 0.
                    case FLOAT16 -> bytes.putShort((short) (i == 0 ? 0x8001 : 0x3e00));
                    case BFLOAT16 -> bytes.putShort((short) 0x3fc0);
                    default -> bytes.putDouble(1.5);
                }
            }
            byte[] written = Arrays.copyOf(bytes.array(), bytes.position());
            OnnxModel model = MemoryFolder.read(changed(typed -> typed.getGraphBuilder()
                    .getInitializerBuilder(1)
                    .setDataType(type.getNumber())
                    .setRawData(ByteString.copyFrom(written))));
            int begin = model.network().parameters().get(0).size();
            float[] bias = Arrays.copyOfRange(model.values(), begin, begin + 6);
            float first = type == TensorProto.DataType.FLOAT16 ? -0x1p-24f : 1.5f;
            assertThat(bias).containsExactly(first, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f);
        }
    }
}
