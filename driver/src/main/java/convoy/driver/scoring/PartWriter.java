package convoy.driver.scoring;

import convoy.records.Codec;
import convoy.worker.data.format.PlainParquet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Writes one file of scores, with equal bytes for equal rows:
 *
 * <pre>
 *  required int64 id
 *  required int32 label
 *  optional list&lt;required int32&gt; classes          top k, the best first
 *  optional list&lt;required float&gt; probabilities    of these
 *  optional list&lt;required float&gt; features         only if they were asked for
 *  optional string problem                       why the three above are null
 * </pre>
 *
 * <p>Lists are Parquet's with three levels, as Spark writes them. The footer has the file's {@link ScorePart.Note} under {@value #NOTE}.
 */
final class PartWriter implements AutoCloseable {
    static final String NOTE = "convoy.score";
    static final String ID = "id";
    static final String LABEL = "label";
    static final String CLASSES = "classes";
    static final String PROBABILITIES = "probabilities";
    static final String FEATURES = "features";
    static final String PROBLEM = "problem";
    static final String LIST = "list";
    static final String ELEMENT = "element";
    static final Codec<ScorePart.Note> NOTES = Codec.of(ScorePart.Note.class);

    /** So many rows are held until they are written, at most; and so many bytes of features. */
    private static final int GROUP_ROWS = 2048;

    private static final long GROUP_BYTES = 32L << 20;

    private static final int PAGE_BYTES = 1 << 20;

    private final PlainParquet file;
    private final boolean features;
    private final int groupRows;
    private final List<Row> rows = new ArrayList<>();
    private int written;
    private int problems;
    private int right;

    /**
     * One row.
     *
     * @param answer what the model says of it; empty if there is a problem
     * @param features of it, if they are asked for and there is no problem
     * @param problem why there is no answer
     * @param right whether the best class is the label's, or of a label that is a set of classes all of them are found and no
     *     others
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Row(
            long id, int label, Optional<Ranking> answer, float[] features, Optional<String> problem, boolean right) {}

    /** Begins the file; one that is there is replaced. */
    PartWriter(FileSystem files, Path path, ScorePlan plan) {
        features = plan.features() > 0;
        groupRows = (int)
                Math.max(1, Math.min(GROUP_ROWS, GROUP_BYTES / Math.max(1, (long) plan.features() * Float.BYTES)));
        file = new PlainParquet(files, path, schema(features));
    }

    private static MessageType schema(boolean features) {
        List<Type> columns = new ArrayList<>();
        columns.add(Types.required(PrimitiveTypeName.INT64).named(ID));
        columns.add(Types.required(PrimitiveTypeName.INT32).named(LABEL));
        columns.add(
                Types.optionalList().requiredElement(PrimitiveTypeName.INT32).named(CLASSES));
        columns.add(
                Types.optionalList().requiredElement(PrimitiveTypeName.FLOAT).named(PROBABILITIES));
        if (features) {
            columns.add(Types.optionalList()
                    .requiredElement(PrimitiveTypeName.FLOAT)
                    .named(FEATURES));
        }
        columns.add(Types.optional(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(PROBLEM));
        return new MessageType("convoy", columns);
    }

    void add(Row row) {
        rows.add(row);
        written++;
        problems += row.problem().isPresent() ? 1 : 0;
        right += row.right() ? 1 : 0;
        if (rows.size() == groupRows) {
            flush();
        }
    }

    private void flush() {
        if (!rows.isEmpty()) {
            file.rowGroup(rows.size(), this::columns);
            rows.clear();
        }
    }

    private void columns() throws IOException {
        int count = rows.size();
        Statistics<?> ids = file.statistics(ID);
        ByteBuffer idPage = buffer((long) count * Long.BYTES);
        Statistics<?> labels = file.statistics(LABEL);
        ByteBuffer labelPage = buffer((long) count * Integer.BYTES);
        for (Row row : rows) {
            idPage.putLong(row.id());
            ids.updateStats(row.id());
            labelPage.putInt(row.label());
            labels.updateStats(row.label());
        }
        file.column(count, () -> file.page(count, idPage.flip(), ids), ID);
        file.column(count, () -> file.page(count, labelPage.flip(), labels), LABEL);
        list(CLASSES, row -> row.answer()
                .map(Ranking::classes)
                .map(values -> new Values(values.length, to -> {
                    for (int value : values) {
                        to.putInt(value);
                    }
                })));
        list(PROBABILITIES, row -> row.answer().map(Ranking::probabilities).map(PartWriter::floats));
        if (features) {
            list(FEATURES, row -> row.problem().isPresent() ? Optional.empty() : Optional.of(floats(row.features())));
        }
        file.column(count, this::problems, PROBLEM);
    }

    private static Values floats(float[] values) {
        return new Values(values.length, to -> {
            for (float value : values) {
                to.putFloat(value);
            }
        });
    }

    /** A list of numbers of four bytes. */
    private record Values(int count, Consumer<ByteBuffer> put) {}

    /** What a row has in a column; empty: null. */
    private interface Cell {
        Optional<Values> of(Row row);
    }

    /** A list that is null has definition level 0, an element 2; the first element of a row has repetition level 0, the others 1. */
    private void list(String name, Cell cell) throws IOException {
        List<Optional<Values>> cells = rows.stream().map(cell::of).toList();
        long entries = cells.stream()
                .mapToLong(values -> values.map(Values::count).orElse(1))
                .sum();
        Statistics<?> none = file.noStatistics(name, LIST, ELEMENT);
        file.column(
                entries,
                () -> {
                    int from = 0;
                    while (from < cells.size()) {
                        int to = from;
                        long bytes = 0;
                        while (to < cells.size() && (to == from || bytes < PAGE_BYTES)) {
                            bytes += (long) Integer.BYTES
                                    * cells.get(to).map(Values::count).orElse(0);
                            to++;
                        }
                        page(cells.subList(from, to), bytes, none);
                        from = to;
                    }
                },
                name,
                LIST,
                ELEMENT);
    }

    private void page(List<Optional<Values>> cells, long bytes, Statistics<?> none) throws IOException {
        ByteBuffer values = buffer(bytes);
        int entries = 0;
        RunLengthBitPackingHybridValuesWriter repetitions = levels(1);
        RunLengthBitPackingHybridValuesWriter definitions = levels(2);
        for (Optional<Values> cell : cells) {
            int count = cell.map(Values::count).orElse(0);
            cell.ifPresent(list -> list.put().accept(values));
            for (int i = 0; i < Math.max(1, count); i++) {
                repetitions.writeInteger(i == 0 ? 0 : 1);
                definitions.writeInteger(count == 0 ? 0 : 2);
                entries++;
            }
        }
        file.page(
                entries,
                BytesInput.concat(repetitions.getBytes(), definitions.getBytes(), BytesInput.from(values.flip())),
                none);
        repetitions.close();
        definitions.close();
    }

    private static RunLengthBitPackingHybridValuesWriter levels(int bits) {
        return new RunLengthBitPackingHybridValuesWriter(bits, 64, PAGE_BYTES, new HeapByteBufferAllocator());
    }

    private void problems() throws IOException {
        List<Optional<byte[]>> texts = rows.stream()
                .map(row -> row.problem().map(text -> text.getBytes(StandardCharsets.UTF_8)))
                .toList();
        ByteBuffer values = buffer(texts.stream()
                .mapToLong(
                        text -> text.map(bytes -> Integer.BYTES + bytes.length).orElse(0))
                .sum());
        RunLengthBitPackingHybridValuesWriter definitions = levels(1);
        for (Optional<byte[]> text : texts) {
            definitions.writeInteger(text.isPresent() ? 1 : 0);
            text.ifPresent(bytes -> values.putInt(bytes.length).put(bytes));
        }
        file.page(
                texts.size(),
                BytesInput.concat(definitions.getBytes(), BytesInput.from(values.flip())),
                file.noStatistics(PROBLEM));
        definitions.close();
    }

    private static ByteBuffer buffer(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Ends the file, which is of that scoring and was computed on that kind of processor. */
    ScorePart finish(String scoring, String processor) {
        flush();
        ScorePart.Note note = new ScorePart.Note(scoring, processor, written, problems, right);
        PlainParquet.Finished end = file.finish(Map.of(NOTE, NOTES.toJson(note)));
        return new ScorePart(end.name(), end.bytes(), end.sha256(), note);
    }

    @Override
    public void close() {
        file.close();
    }
}
