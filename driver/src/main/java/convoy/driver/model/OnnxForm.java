package convoy.driver.model;

import convoy.onnx.Vocabulary;
import convoy.onnx.out.OnnxExport;
import convoy.onnx.out.PixelScaling;
import convoy.records.BadInputException;
import convoy.records.JsonText;
import convoy.records.Place;
import convoy.records.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A stored model as an ONNX model: its file, and one beside it for numbers that are too many for one. */
final class OnnxForm {
    private final OnnxExport export;

    /**
     * @param model with its numbers
     * @param normalizes whether the graph takes pixels from 0 to 255 and normalizes them itself
     * @throws BadInputException if it is to, and the model's images are not normalized by a mean and a deviation
     */
    OnnxForm(StoredModel model, boolean normalizes) {
        ModelDescription description = model.description();
        if (normalizes && description.mean().isEmpty()) {
            throw new BadInputException("the model " + description.network()
                    + " does not say by which mean and deviation its images are normalized: leave --normalization out");
        }
        SortedMap<String, String> metadata = model.metadata();
        if (!description.classNames().isEmpty()) {
            metadata.put(Vocabulary.CLASS_NAMES, JsonText.write(names(description.classNames())));
        }
        export = new OnnxExport(
                description.build(),
                model.values(),
                normalizes ? Optional.of(new PixelScaling(description.mean(), description.std())) : Optional.empty(),
                metadata);
    }

    private static Value names(List<String> names) {
        Place place = new Place(Vocabulary.CLASS_NAMES, 0);
        return new Value.Sequence(
                names.stream()
                        .<Value>map(name -> new Value.Scalar(name, Value.Scalar.Kind.TEXT, place))
                        .toList(),
                place);
    }

    /** {@return whether all of it fits into one file of at most so many bytes of numbers} */
    boolean fits(long mostBytes) {
        return export.bytes() <= mostBytes;
    }

    /** Writes it whole. */
    void write(OutputStream out) throws IOException {
        export.write(out);
    }

    /** Writes it without its numbers, which are in a file of this name beside it. */
    void write(OutputStream out, String numbers) throws IOException {
        export.write(out, numbers);
    }

    /** Writes its numbers. */
    void writeNumbers(OutputStream out) throws IOException {
        export.writeNumbers(out);
    }

    /** {@return what the file with the numbers of a model's is called} */
    static String numbers(String file) {
        return file + ".data";
    }

    /** {@return whether a file begins as those that are written here} */
    static boolean begins(InputStream in) throws IOException {
        return OnnxExport.begins(in);
    }
}
