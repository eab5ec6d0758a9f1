package convoy.driver.importing;

import convoy.architectures.BadInputException;
import convoy.worker.data.DatasetInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
 */
record ImportPlan(
        List<String> classes,
        Map<String, Integer> labels,
        int channels,
        int height,
        int width,
        List<Double> mean,
        List<Double> std,
        RowLayout layout) {
    /** What people call the parts of a data set. */
    private static final Set<String> PARTS =
            Set.of("train", "training", "test", "testing", "val", "valid", "validation");

    /** A channel that is the same everywhere would have none; half a level of grey keeps it from dividing by zero. */
    private static final double LEAST_STD = 0.5 / 255;

    /**
     * @throws BadInputException if the pieces do not make up a data set
     */
    static ImportPlan of(ImportConfiguration configuration, PieceSummary all) {
        if (all.pictures == 0) {
            throw nothing(configuration, all);
        }
        List<String> classes;
        Map<String, Integer> labels = new HashMap<>();
        if (configuration.format() == ImportConfiguration.Format.IMAGE_FOLDER) {
            Map<String, String> classOf = classOfFolder(configuration, all);
            classes = configuration.classes().isEmpty()
                    ? List.copyOf(new TreeSet<>(classOf.values()))
                    : configuration.classes();
            classOf.forEach((folder, name) -> {
                if (!classes.contains(name)) {
                    throw new BadInputException("source " + configuration.from() + " has the folder " + folder
                            + ", which is none of the classes given: " + some(classes));
                }
                labels.put(folder, classes.indexOf(name));
            });
        } else {
            classes = numberedClasses(configuration, all);
        }
        boolean grey =
                configuration.channels() != ImportConfiguration.Channels.THREE && all.greyPictures == all.pictures;
        return new ImportPlan(
                classes,
                labels,
                grey ? 1 : 3,
                all.leastHeight == all.mostHeight ? all.mostHeight : 0,
                all.leastWidth == all.mostWidth ? all.mostWidth : 0,
                figures(all, grey, false),
                figures(all, grey, true),
                RowLayout.of(all.pictures, grey ? all.imageBytes : widened(configuration, all)));
    }

    /** The size of the images as stored: grey planes among coloured ones are stored three times. */
    private static long widened(ImportConfiguration configuration, PieceSummary all) {
        return configuration.store() == ImportConfiguration.Store.RAW
                ? all.imageBytes + 2 * all.greyPixels
                : all.imageBytes;
    }

    private static BadInputException nothing(ImportConfiguration configuration, PieceSummary all) {
        String split = configuration.split().map(name -> " of split " + name).orElse("");
        if (all.bad > 0) {
            return new BadInputException("source " + configuration.from() + " holds no picture that can be used, and "
                    + all.bad + " that cannot; the first: " + all.firstBad.get(0));
        }
        String others = all.ignored == 0 ? "it is empty" : all.ignored + " other files, " + some(all.firstIgnored);
        return new BadInputException("source " + configuration.from() + " holds nothing" + split + " in format "
                + configuration
                        .format()
                        .name()
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', '-') + " (" + others
                + "): check format and split");
    }

    private static List<String> numberedClasses(ImportConfiguration configuration, PieceSummary all) {
        if (all.folders.size() > 1) {
            throw parts(configuration, all.folders.keySet());
        }
        if (!configuration.classes().isEmpty()) {
            return configuration.classes();
        }
        int count = all.mostLabel + 1;
        if (configuration.format() == ImportConfiguration.Format.CIFAR_BINARY) {
            count = all.mostLabel < 10 && (all.names.isEmpty() || all.names.size() == 10) ? 10 : 100;
            if (!all.names.isEmpty()) {
                if (all.names.size() != count) {
                    throw new BadInputException("source " + configuration.from() + " names " + all.names.size()
                            + " classes, its labels go up to " + all.mostLabel + ": name " + count + " with --classes");
                }
                return List.copyOf(all.names);
            }
        }
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    /** Which class the pictures of a folder belong to. */
    private static Map<String, String> classOfFolder(ImportConfiguration configuration, PieceSummary all) {
        Map<String, List<String>> folders = new TreeMap<>();
        for (String folder : all.folders.keySet()) {
            folders.put(folder, folder.isEmpty() ? List.of() : List.of(folder.split("/", -1)));
        }
        Map<String, String> classes = new TreeMap<>();
        int common = common(folders.values());
        folders.forEach((folder, parts) -> {
            int at =
                    configuration.split().map(split -> parts.indexOf(split) + 1).orElse(common);
            if (at >= parts.size() || at < 0) {
                throw new BadInputException("source " + configuration.from() + " has pictures in "
                        + (folder.isEmpty() ? "its top folder" : folder)
                        + ", outside the folders of classes: put each picture into the folder of its class");
            }
            classes.put(folder, parts.get(at));
        });
        Set<String> names = new LinkedHashSet<>(classes.values());
        if (configuration.split().isEmpty() && names.size() > 1 && PARTS.containsAll(names)) {
            throw parts(configuration, names);
        }
        return classes;
    }

    /** How many folders all paths have in common; one less if that is all there is, because the last is the class. */
    private static int common(Iterable<List<String>> paths) {
        List<String> first = paths.iterator().next();
        int common = first.size() - 1;
        for (List<String> path : paths) {
            int same = 0;
            while (same < Math.min(common, path.size()) && path.get(same).equals(first.get(same))) {
                same++;
            }
            common = Math.min(common, same);
        }
        return Math.max(0, common);
    }

    private static BadInputException parts(ImportConfiguration configuration, Set<String> parts) {
        List<String> sorted = new ArrayList<>(new TreeSet<>(parts));
        return new BadInputException("source " + configuration.from() + " holds " + String.join(" and ", sorted)
                + ": say which, with --split " + String.join(" or --split ", sorted));
    }

    /** How many pictures each class has, in the order of the labels. */
    List<Long> counts(PieceSummary all) {
        long[] counts = new long[classes.size()];
        all.labels.forEach((label, count) -> counts[label] += count);
        labels.forEach((folder, label) -> counts[label] += all.folders.getOrDefault(folder, 0L));
        return LongStream.of(counts).boxed().toList();
    }

    private static String some(List<String> texts) {
        return texts.size() <= 5
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, 5)) + ", and " + (texts.size() - 5) + " more";
    }

    /** Mean or standard deviation of each channel; sums are exact, so the figures are the same in any order. */
    private static List<Double> figures(PieceSummary all, boolean grey, boolean deviation) {
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

    DatasetInfo info(DatasetInfo.Encoding encoding, List<DatasetInfo.DataFile> files) {
        return DatasetInfo.of(classes, mean, std, encoding, height, width, channels, files);
    }
}
