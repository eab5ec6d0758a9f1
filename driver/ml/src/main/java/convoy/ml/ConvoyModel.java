package convoy.ml;

import convoy.driver.model.ModelDescription;
import convoy.driver.model.ModelDigest;
import convoy.driver.model.StoredModel;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A trained model as a transformer of Spark ML: to each row's picture it adds what the model takes it for.
 *
 * <pre>{@code
 *  Dataset<Row> named = ConvoyModel.load("hdfs:/runs/night/model.safetensors").setInputCol("content").transform(frame);
 * }</pre>
 *
 * <p>The column of pictures holds bytes of files, paths on any Hadoop file system, or the structs of Spark's source {@code image}. These
 * columns are added: {@code prediction}, the index of the best class as a double, as Spark's evaluators want it; {@code probability}, a
 * vector of all classes; {@code top}, the best classes with names and probabilities, if {@code topK} is set; {@code problem}, why a row has
 * none of these: it is null, or cannot be decoded. A row's answer does not depend on the partition that it is in.
 *
 * <p>What is saved is the settings and the model's URI, not the model.
 */
public final class ConvoyModel extends Transformer implements DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    /** Rows stand in any place of a batch, and of such batches both engines give a row the same bits in each. */
    private static final int MULTIPLE = 16;

    private final String uid;
    private final Param<String> modelUri;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> probabilityCol;
    private final Param<String> topCol;
    private final Param<String> problemCol;
    private final Param<String> engine;
    private final IntParam topK;
    private final IntParam batchSize;
    private final IntParam threads;

    /**
     * For Spark, which makes copies by it.
     *
     * @param uid that no other part of a pipeline has
     */
    public ConvoyModel(String uid) {
        // First, as parameters ask for it.
        this.uid = uid;
        modelUri = new Param<>(this, "modelUri", "URI of the model");
        inputCol = new Param<>(this, "inputCol", "column of pictures: bytes, paths or images");
        outputCol = new Param<>(this, "outputCol", "column for the index of the best class");
        probabilityCol = new Param<>(this, "probabilityCol", "column for the vector of all classes' probabilities");
        topCol = new Param<>(this, "topCol", "column for the best classes, if topK is not 0");
        problemCol = new Param<>(this, "problemCol", "column for why a row has no answer");
        engine = new Param<>(this, "engine", "what computes: nd4j, libtorch or auto");
        topK = new IntParam(this, "topK", "how many classes to list, or 0 for no such column");
        batchSize = new IntParam(this, "batchSize", "pictures computed at once, a multiple of 16");
        threads = new IntParam(this, "threads", "processor threads of each task");
        setDefault(inputCol, "image");
        setDefault(outputCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(topCol, "top");
        setDefault(problemCol, "problem");
        setDefault(engine, "nd4j");
        setDefault(topK, 0);
        setDefault(batchSize, 2 * MULTIPLE);
        setDefault(threads, 1);
    }

    /**
     * {@return a transformer by a trained model}
     *
     * @param uri of a {@code model.safetensors}, of an index of several files, or of a directory that has one, as a run's
     * @throws BadInputException if there is none, or it does not say how its pictures are made
     */
    public static ConvoyModel load(String uri) {
        ConvoyModel model = new ConvoyModel(Identifiable$.MODULE$.randomUID("convoy"));
        model.set(model.modelUri, uri);
        model.plan();
        return model;
    }

    /** {@return what reads transformers that were saved} */
    public static MLReader<ConvoyModel> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * Makes a function of SQL of a model: {@code SELECT classify(image) FROM pictures} gives structs of {@code class}, {@code name},
     * {@code probability} and {@code problem}. It computes one picture at a time: a transformer is faster.
     *
     * @param spark the session
     * @param name of the function
     * @param uri of the model
     * @throws BadInputException if there is no model, or it does not say how its pictures are made
     */
    public static void register(SparkSession spark, String name, String uri) {
        ClassifierPlan plan = load(uri).plan().with().batch(1).build();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        spark.udf()
                .register(
                        name, new ClassifyFunction(new SerializableConfiguration(hadoop), plan), ClassifyFunction.TYPE);
    }

    private ClassifierPlan plan() {
        String uri = getOrDefault(modelUri);
        Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
        ModelDescription model = StoredModel.describe(hadoop, uri, Optional.empty());
        if (model.transforms().isEmpty()) {
            throw new BadInputException(uri + " does not say how its pictures are made: export the run anew");
        }
        if (model.severalLabels()) {
            throw new BadInputException(
                    uri + " is a model of pictures that may show several classes, which have no best"
                            + " one: use predict or evaluate");
        }
        EngineChoice choice = new EngineChoice(getOrDefault(engine), "cpu").settle(false);
        Engines.find(choice.engine(), Device.CPU);
        return ClassifierPlanBuilder.builder()
                .uri(uri)
                .sha256(ModelDigest.of(hadoop, uri))
                .model(model)
                .engine(choice)
                .threads(number(threads, 1))
                .batch(batch())
                .orientation(Orientation.AS_STORED)
                .build();
    }

    private int number(IntParam of, int least) {
        int value = (Integer) getOrDefault(of);
        if (value < least) {
            throw new BadInputException(of.name() + " = " + value + " < " + least + ": set another");
        }
        return value;
    }

    private int batch() {
        int value = number(batchSize, MULTIPLE);
        if (value % MULTIPLE != 0) {
            throw new BadInputException("batchSize = " + value + " is no multiple of " + MULTIPLE + ": set "
                    + (value / MULTIPLE * MULTIPLE));
        }
        return value;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        ClassifierPlan plan = plan();
        StructType schema = transformSchema(dataset.schema());
        int top = number(topK, 0);
        if (top > plan.model().classes()) {
            throw new BadInputException(
                    "topK = " + top + " > " + plan.model().classes() + ", the model has so many classes: set another");
        }
        SparkSession session = dataset.sparkSession();
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        return dataset.toDF()
                .mapPartitions(
                        new AnsweredRows(
                                JavaSparkContext.fromSparkContext(session.sparkContext())
                                        .broadcast(new SerializableConfiguration(hadoop)),
                                ClassifierPlan.CODEC.toJson(plan),
                                dataset.schema().fieldIndex(getOrDefault(inputCol)),
                                top),
                        Encoders.row(schema));
    }

    /**
     * {@return the columns of what comes out}
     *
     * @param schema of what goes in
     * @throws BadInputException if it has no column of pictures of that name, or one that is to be added already
     */
    @Override
    public StructType transformSchema(StructType schema) {
        String input = getOrDefault(inputCol);
        List<String> present = List.of(schema.fieldNames());
        if (!present.contains(input)) {
            throw new BadInputException(
                    "inputCol = " + input + " is no column; there are " + String.join(", ", present) + ": set another");
        }
        StructField pictures = schema.apply(input);
        if (!Picture.canBe(pictures.dataType())) {
            throw new BadInputException("inputCol = " + input + " is of type "
                    + pictures.dataType().simpleString()
                    + ": pictures are binary, a string with their path, or structs of Spark's source image");
        }
        StructType added = schema;
        List<StructField> fields = new ArrayList<>();
        fields.add(field(outputCol, DataTypes.DoubleType));
        fields.add(field(probabilityCol, SQLDataTypes.VectorType()));
        if (number(topK, 0) > 0) {
            fields.add(field(topCol, DataTypes.createArrayType(TOP)));
        }
        fields.add(field(problemCol, DataTypes.StringType));
        for (StructField field : fields) {
            if (List.of(added.fieldNames()).contains(field.name())) {
                throw new BadInputException(
                        "column " + field.name() + " is there already: set another name for what is added, or drop it");
            }
            added = added.add(field);
        }
        return added;
    }

    private static final StructType TOP = new StructType()
            .add("class", DataTypes.IntegerType)
            .add("name", DataTypes.StringType)
            .add("probability", DataTypes.FloatType);

    private StructField field(Param<String> name, DataType type) {
        return DataTypes.createStructField(getOrDefault(name), type, true);
    }

    @Override
    public ConvoyModel copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** {@return the parameter: URI of the model} */
    public Param<String> modelUri() {
        return modelUri;
    }

    /** {@return the parameter: the column of pictures} */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** {@return the parameter: the column for the best class} */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** {@return the parameter: the column for the probabilities} */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /** {@return the parameter: the column for the best classes} */
    public Param<String> topCol() {
        return topCol;
    }

    /** {@return the parameter: the column for problems} */
    public Param<String> problemCol() {
        return problemCol;
    }

    /** {@return the parameter: what computes} */
    public Param<String> engine() {
        return engine;
    }

    /** {@return the parameter: how many classes are listed} */
    public IntParam topK() {
        return topK;
    }

    /** {@return the parameter: pictures computed at once} */
    public IntParam batchSize() {
        return batchSize;
    }

    /** {@return the parameter: processor threads of each task} */
    public IntParam threads() {
        return threads;
    }

    /**
     * Sets a parameter.
     *
     * @param value the column of pictures
     * @return this
     */
    public ConvoyModel setInputCol(String value) {
        set(inputCol, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value the column for the best class
     * @return this
     */
    public ConvoyModel setOutputCol(String value) {
        set(outputCol, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value the column for the probabilities
     * @return this
     */
    public ConvoyModel setProbabilityCol(String value) {
        set(probabilityCol, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value the column for the best classes
     * @return this
     */
    public ConvoyModel setTopCol(String value) {
        set(topCol, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value the column for problems
     * @return this
     */
    public ConvoyModel setProblemCol(String value) {
        set(problemCol, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value what computes: nd4j, libtorch or auto
     * @return this
     */
    public ConvoyModel setEngine(String value) {
        set(engine, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value how many classes are listed; 0: no such column
     * @return this
     */
    public ConvoyModel setTopK(int value) {
        set(topK, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value pictures computed at once, a multiple of 16
     * @return this
     */
    public ConvoyModel setBatchSize(int value) {
        set(batchSize, value);
        return this;
    }

    /**
     * Sets a parameter.
     *
     * @param value processor threads of each task, at least 1
     * @return this
     */
    public ConvoyModel setThreads(int value) {
        set(threads, value);
        return this;
    }
}
