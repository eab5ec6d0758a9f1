package convoy.worker.engine.nd4j.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.deeplearning4j.config.DL4JClassLoading;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.cuda.convolution.CudnnConvolutionHelper;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** How DL4J comes by the helper, and what it does without cuDNN. */
class CudnnLookupTest {
    /** {@code HelperUtils} wraps the arguments once more than it means to: the constructor takes an array. */
    @Test
    void dl4jFindsTheClassAndItsConstructors() {
        Object[] arguments = {DataType.FLOAT};
        ConvolutionHelper wrapped = DL4JClassLoading.createNewInstance(
                ConvolutionLayer.CUDA_CNN_HELPER_CLASS_NAME, ConvolutionHelper.class, new Object[] {arguments});
        ConvolutionHelper plain = DL4JClassLoading.createNewInstance(
                ConvolutionLayer.CUDA_CNN_HELPER_CLASS_NAME, ConvolutionHelper.class, arguments);
        for (ConvolutionHelper helper : List.of(wrapped, plain)) {
            assertThat(helper).isInstanceOf(CudnnConvolutionHelper.class);
            assertThat(helper.checkSupported()).isEqualTo(CudnnLibrary.find().isPresent());
            assertThat(helper.helperMemoryUse()).isEmpty();
        }
    }

    /** DL4J's own lookup, with an executioner that says it is CUDA's. */
    @Test
    void aLayerOnCudaWithoutCudnnHasNoHelper() throws ReflectiveOperationException {
        assumeThat(CudnnLibrary.find()).as("cuDNN's library").isEmpty();
        Field field = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
        field.setAccessible(true);
        OpExecutioner processor = Nd4j.getExecutioner();
        List<String> asked = new ArrayList<>();
        Object cuda = Proxy.newProxyInstance(
                OpExecutioner.class.getClassLoader(),
                new Class<?>[] {OpExecutioner.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(processor, arguments);
                        if (method.getName().equals("getEnvironmentInformation")) {
                            asked.add(method.getName());
                            ((Properties) result).setProperty("backend", "CUDA");
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        field.set(null, cuda);
        System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "false");
        try {
            NeuralNetConfiguration configuration = new NeuralNetConfiguration.Builder()
                    .layer(new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(3, 3)
                            .nIn(3)
                            .nOut(4)
                            .build())
                    .build();
            ConvolutionLayer layer = new ConvolutionLayer(configuration, DataType.FLOAT);
            assertThat(asked).isNotEmpty();
            assertThat(layer.getHelper()).isNull();
        } finally {
            System.clearProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY);
            field.set(null, processor);
        }
    }

    @Test
    void aMissingLibraryIsOneLineOfTheLog() {
        assumeThat(CudnnLibrary.find()).as("cuDNN's library").isEmpty();
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(CudnnLibrary.class.getName());
        logger.addHandler(handler);
        try {
            assertThat(CudnnLibrary.load()).isEmpty();
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(records).hasSize(1);
        assertThat(records.get(0).getMessage())
                .startsWith("DL4J computes its convolutions without cuDNN, which cannot be loaded (")
                .contains("cudart")
                .endsWith("): build with -Pcuda, and install CUDA 11.6 and cuDNN 8.3 or a later 8")
                .doesNotContain("\n");
    }

    /** The usual build has none of CUDA's jars: there the class must load all the same. */
    @Test
    void itLoadsWithoutThePresets() throws ReflectiveOperationException {
        ClassLoader without = new WithoutPresets();
        Class<?> type = without.loadClass(ConvolutionLayer.CUDA_CNN_HELPER_CLASS_NAME);
        assertThat(type.getClassLoader()).isSameAs(without);
        ConvolutionHelper helper =
                (ConvolutionHelper) type.getConstructor(DataType.class).newInstance(DataType.FLOAT);
        assertThat(helper.checkSupported()).isFalse();
    }

    private static final class WithoutPresets extends ClassLoader {
        WithoutPresets() {
            super(CudnnLookupTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.bytedeco.cuda.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("convoy.worker.engine.nd4j.cudnn.") && !name.startsWith("org.deeplearning4j.cuda.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
