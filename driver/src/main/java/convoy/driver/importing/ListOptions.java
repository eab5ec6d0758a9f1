package convoy.driver.importing;

import convoy.records.BadInputException;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * How a list tells which pictures there are and what their classes are.
 *
 * @param pathColumn the column of paths; if left out, {@code path} of a CSV file, and a table has pictures and no paths
 * @param header whether the first line of a CSV file names its columns; else they are called 1, 2 and so on
 * @param separator what stands between the columns of a CSV file, one character
 * @param labelSeparator what stands between the classes of a picture that may show several, or none; empty: each shows one
 * @param labelFile URI of the file that tells the classes of ImageNet's validation set
 * @param synsets URI of a file with a line for each number of a class, which begins with the name of its synset
 * @param firstLabel the number of the first class, where classes are told by number
 */
@RecordBuilder
public record ListOptions(
        Optional<String> pathColumn,
        boolean header,
        String separator,
        Optional<String> labelSeparator,
        Optional<String> labelFile,
        Optional<String> synsets,
        int firstLabel)
        implements ListOptionsBuilder.With {
    private static final int MOST = 1_000_000;

    public ListOptions {
        if (separator.length() != 1 || separator.equals("\"") || (separator.isBlank() && !separator.equals("\t"))) {
            throw new BadInputException("separator = '" + separator
                    + "', must be one character, or tab, and neither a space nor a quotation mark");
        }
        pathColumn.ifPresent(PictureColumns.Column::named);
        if (labelSeparator.isPresent()
                && (labelSeparator.get().isEmpty() || labelSeparator.get().equals(separator))) {
            throw new BadInputException("label-separator = '" + labelSeparator.get()
                    + "', must be a text other than separator = '" + separator + "'");
        }
        labelFile = labelFile.map(uri -> HomeDirectory.uri("label-file", uri));
        synsets = synsets.map(uri -> HomeDirectory.uri("synsets", uri));
        if (firstLabel < 0 || firstLabel > MOST) {
            throw new BadInputException("first-label = " + firstLabel + ", must lie in [0, " + MOST + "]");
        }
    }

    /** {@return a CSV file with commas and names of columns, classes from 0} */
    public static ListOptions defaults() {
        return ListOptionsBuilder.builder()
                .header(true)
                .separator(",")
                .pathColumn(Optional.empty())
                .labelSeparator(Optional.empty())
                .labelFile(Optional.empty())
                .synsets(Optional.empty())
                .build();
    }

    void check(ImportConfiguration.Format format) {
        switch (format) {
            case CSV -> refuseImageNet();
            case PARQUET -> {
                refuseImageNet();
                if (!withPathColumn(Optional.empty())
                        .withLabelSeparator(Optional.empty())
                        .withFirstLabel(0)
                        .equals(defaults())) {
                    throw new BadInputException("header and separator go with format = csv only: leave them out");
                }
                if (pathColumn.isEmpty() && firstLabel != 0) {
                    throw new BadInputException("first-label = " + firstLabel
                            + " goes with lists of paths only: give the column of paths, or leave it out");
                }
                if (pathColumn.isEmpty() && labelSeparator.isPresent()) {
                    throw new BadInputException("label-separator = '" + labelSeparator.get()
                            + "' goes with lists of paths only: give the column of paths, or leave it out");
                }
            }
            case IMAGENET_VALIDATION -> {
                if (!withLabelFile(Optional.empty())
                        .withSynsets(Optional.empty())
                        .withFirstLabel(0)
                        .equals(defaults())) {
                    throw new BadInputException(
                            "path-column, header, separator and label-separator go with lists of paths only: leave"
                                    + " them out");
                }
            }
            case CIFAR_BINARY, IDX, IMAGE_FOLDER -> {
                if (!equals(defaults())) {
                    throw new BadInputException(
                            "path-column, header, separator, label-separator, label-file, synsets and first-label go"
                                    + " with format = csv, parquet and imagenet-validation only: leave them out");
                }
            }
        }
    }

    private void refuseImageNet() {
        if (labelFile.isPresent() || synsets.isPresent()) {
            throw new BadInputException(
                    "label-file and synsets go with format = imagenet-validation only: leave them out");
        }
    }
}
