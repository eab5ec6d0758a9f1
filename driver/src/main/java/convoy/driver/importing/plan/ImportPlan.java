package convoy.driver.importing.plan;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.folders.FolderLayout;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What the data set will be, known once every piece of the source has been read.
 *
 * @param classes their names by label
 * @param labels of the folders, where those tell the class
 * @param channels 3, or 1 if every picture is read as grey
 * @param height of every picture, 0 where they differ
 * @param width likewise
 * @param mean of each channel, of pixels in [0, 1]
 * @param std likewise
 * @param layout of rows over files
 * @param labelSets the sets of classes that labels are indices into, where pictures may show several; else none
 */
@RecordBuilder
public record ImportPlan(
        List<String> classes,
        Map<String, Integer> labels,
        int channels,
        int height,
        int width,
        List<Double> mean,
        List<Double> std,
        RowLayout layout,
        List<List<Integer>> labelSets) {
    /** A channel that is the same everywhere would have none; half a level of grey keeps it from dividing by zero. */
    private static final double LEAST_STD = 0.5 / 255;

    /**
     * Plans.
     *
     * @param configuration of the import
     * @param all what the pieces hold, summed up
     * @param chosen what of it gives rows
     * @param labelSets as above
     * @return the plan, which is the same on any cluster
     * @throws BadInputException if the pieces do not make up a data set
     */
    public static ImportPlan of(
            ImportConfiguration configuration, PieceSummary all, Chosen chosen, List<List<Integer>> labelSets) {
        Tally pictures = chosen.all();
        if (pictures.pictures == 0) {
            throw nothing(configuration, chosen);
        }
        boolean byFolder =
                switch (configuration.format()) {
                    case CIFAR_BINARY, IDX, CSV, IMAGENET_VALIDATION -> false;
                    case IMAGE_FOLDER -> true;
                    case PARQUET -> all.labels.isEmpty();
                };
        List<String> classes = byFolder ? folderClasses(configuration, chosen) : numberedClasses(configuration, all);
        Map<String, Integer> labels = new HashMap<>();
        if (byFolder) {
            chosen.classOf().forEach((folder, name) -> labels.put(folder, classes.indexOf(name)));
        }
        boolean grey = configuration.channels() != ImportConfiguration.Channels.THREE
                && pictures.greyPictures == pictures.pictures;
        return ImportPlanBuilder.builder()
                .classes(classes)
                .labels(labels)
                .channels(grey ? 1 : 3)
                .height(pictures.leastHeight == pictures.mostHeight ? pictures.mostHeight : 0)
                .width(pictures.leastWidth == pictures.mostWidth ? pictures.mostWidth : 0)
                .mean(figures(pictures, grey, false))
                .std(figures(pictures, grey, true))
                .labelSets(labelSets)
                .layout(RowLayout.of(pictures.pictures, grey ? pictures.imageBytes : widened(configuration, pictures)))
                .build();
    }

    private static List<String> folderClasses(ImportConfiguration configuration, Chosen chosen) {
        if (configuration.classes().isEmpty()) {
            return List.copyOf(new TreeSet<>(chosen.classOf().values()));
        }
        List<String> classes =
                configuration.classes().stream().map(FolderLayout::className).toList();
        chosen.classOf().forEach((folder, name) -> {
            if (!classes.contains(name)) {
                throw new BadInputException("source " + configuration.from() + " has the "
                        + (configuration.format() == ImportConfiguration.Format.PARQUET ? "label " : "folder ") + folder
                        + ", which is none of the classes given: " + some(classes));
            }
        });
        return classes;
    }

    /** The size of the images as stored: grey planes among coloured ones are stored three times. */
    private static long widened(ImportConfiguration configuration, Tally all) {
        return configuration.store() == ImportConfiguration.Store.RAW
                ? all.imageBytes + 2 * all.greyPixels
                : all.imageBytes;
    }

    private static BadInputException nothing(ImportConfiguration configuration, Chosen chosen) {
        String split = configuration.split().map(name -> " of split " + name).orElse("");
        if (chosen.bad() > 0) {
            return new BadInputException(
                    "source " + configuration.from() + " holds no picture that can be used, and " + chosen.bad()
                            + " that cannot; the first: " + chosen.firstBad().get(0));
        }
        String others = chosen.leftOut().stream()
                .map(left -> "; left out: " + left.files() + ", " + left.why() + ", as " + left.example())
                .collect(Collectors.joining());
        return new BadInputException("source " + configuration.from() + " holds nothing" + split + " in format "
                + convoy.records.text.Names.kebab(configuration.format().name())
                + (others.isEmpty() ? "; it is empty" : others) + ": check format and split");
    }

    private static List<String> numberedClasses(ImportConfiguration configuration, PieceSummary all) {
        if (all.folders.size() > 1) {
            if (configuration.format() == ImportConfiguration.Format.PARQUET) {
                throw new BadInputException(
                        "source " + configuration.from() + " tells classes by number in some files, and"
                                + " by name in others, as " + all.folders.firstKey() + ": cast them to one of both");
            }
            throw parts(configuration, all.folders.keySet());
        }
        if (!configuration.classes().isEmpty()) {
            return configuration.classes();
        }
        if (configuration.format() == ImportConfiguration.Format.IDX && !all.names.isEmpty()) {
            return List.copyOf(all.names);
        }
        int mostLabel = all.labels.lastKey();
        int count = mostLabel + 1;
        if (configuration.format() == ImportConfiguration.Format.CIFAR_BINARY) {
            boolean ten = mostLabel < 10 && (all.names.isEmpty() || all.names.size() == 10);
            count = configuration.labels() == ImportConfiguration.Labels.COARSE ? 20 : ten ? 10 : 100;
            if (!all.names.isEmpty()) {
                if (all.names.size() != count) {
                    throw new BadInputException("source " + configuration.from() + " names "
                            + Counts.plain(all.names.size(), "class", "classes") + ", its labels go up to " + mostLabel
                            + ": name " + count + " with --classes");
                }
                return List.copyOf(all.names);
            }
        }
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static BadInputException parts(ImportConfiguration configuration, Set<String> parts) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(parts));
        return new BadInputException("source " + configuration.from() + " holds " + String.join(" and ", sorted)
                + ": say which, with --split " + String.join(" or --split ", sorted));
    }

    /**
     * {@return how many pictures each class has, in the order of the classes; a picture counts for each that it shows}
     *
     * @param all what the pieces hold, summed up
     */
    public List<Long> counts(PieceSummary all) {
        long[] counts = new long[classes.size()];
        all.labels.forEach((label, count) -> {
            for (int index : labelSets.isEmpty() ? List.of(label) : labelSets.get(label)) {
                counts[index] += count;
            }
        });
        labels.forEach((folder, label) -> counts[label] += rows(all, folder));
        return LongStream.of(counts).boxed().toList();
    }

    /**
     * {@return how many rows a piece gives}
     *
     * @param piece one of those that the plan was made of
     */
    public long rows(PieceSummary piece) {
        if (!piece.labels.isEmpty()) {
            return piece.labels.values().stream().mapToLong(Long::longValue).sum();
        }
        return labels.keySet().stream().mapToLong(folder -> rows(piece, folder)).sum();
    }

    private static long rows(PieceSummary piece, String folder) {
        PieceSummary.Folder found = piece.folders.get(folder);
        return found == null ? 0 : found.tally.pictures;
    }

    private static String some(List<String> texts) {
        return texts.size() <= 5
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, 5)) + ", and " + (texts.size() - 5) + " more";
    }

    /** Mean or standard deviation of each channel; sums are exact, so the figures are the same in any order. */
    private static List<Double> figures(Tally all, boolean grey, boolean deviation) {
        List<Double> figures = new ArrayList<>();
        double pixels = (double) (all.greyPixels + all.colouredPixels);
        for (int c = 0; c < (grey ? 1 : 3); c++) {
            long sum = all.greySums[0] + (grey ? 0 : all.colouredSums[2 * c]);
            long squares = all.greySums[1] + (grey ? 0 : all.colouredSums[2 * c + 1]);
            double mean = sum / pixels;
            double variance = Math.max(0, squares / pixels - mean * mean);
            figures.add(deviation ? Math.max(LEAST_STD, Math.sqrt(variance) / 255) : mean / 255);
        }
        return figures;
    }

    /**
     * {@return what the data set says of itself once its files are written}
     *
     * @param encoding of the images
     * @param files of the rows, in order
     */
    public DatasetInfo info(DatasetInfo.Encoding encoding, List<DatasetInfo.DataFile> files) {
        return DatasetInfo.of(classes, mean, std, encoding, height, width, channels, files)
                .labelledBy(labelSets);
    }
}
