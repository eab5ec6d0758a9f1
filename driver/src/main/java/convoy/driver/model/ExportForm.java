package convoy.driver.model;

import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.parameterserver.files.Safetensors.Precision;
import convoy.records.BadInputException;
import java.util.Locale;

/**
 * How a model is written for others.
 *
 * @param format of the file
 * @param precision of the numbers; other formats than safetensors have single precision alone
 * @param auxiliaryHeads whether they are kept, which only training needs; other formats than safetensors never have them
 * @param normalization whether the model itself normalizes pixels from 0 to 255, as only an ONNX model can
 */
public record ExportForm(ExportFormat format, Precision precision, boolean auxiliaryHeads, boolean normalization) {
    public ExportForm {
        String form = format == ExportFormat.DL4J ? "DL4J's form" : "an ONNX model";
        if (format != ExportFormat.SAFETENSORS && auxiliaryHeads) {
            throw new BadInputException(form + " is written without auxiliary heads; leave --auxiliary-heads out");
        }
        if (format != ExportFormat.SAFETENSORS && precision != Precision.F32) {
            throw new BadInputException("dtype = " + precision + ": " + form + " is written as f32; leave dtype out");
        }
        if (format != ExportFormat.ONNX && normalization) {
            throw new BadInputException("format = " + format.name().toLowerCase(Locale.ROOT)
                    + ": only an ONNX model has a normalization in it; leave --normalization out");
        }
    }

    /**
     * {@return single precision, without what only training needs}
     *
     * @param format of the file
     */
    public static ExportForm of(ExportFormat format) {
        return new ExportForm(format, Precision.F32, false, false);
    }
}
