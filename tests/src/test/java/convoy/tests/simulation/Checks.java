package convoy.tests.simulation;

import convoy.driver.checkpoint.Manifest;
import convoy.driver.model.StoredModel;
import convoy.parameterserver.range.SnapshotFile;
import convoy.tests.simulation.disk.Disk;
import convoy.tests.simulation.disk.Operation;
import convoy.tests.simulation.disk.StoredFile;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.NetworkLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;

/** What must hold of a run's files, at each change of one and at the end. */
final class Checks {
    private static final String RUN = "/runs/" + Setting.NAME;
    private static final String CHECKPOINTS = RUN + "/checkpoints";
    private static final Pattern DRAFT = Pattern.compile(".*/\\.manifest\\.json\\.([0-9]+)\\.tmp");
    private static final Pattern CLAIM = Pattern.compile(".*/([0-9]{8,18})-[0-9a-f]{16}");
    private static final Pattern STEP =
            Pattern.compile("\"kind\": ?\"step\", ?\"step\": ?([0-9]+),.*?\"loss\": ?([-+.0-9eE]+)");

    private final Schedule schedule;
    private final Disk disk;

    private final IdentityHashMap<StoredFile, Manifest> manifests = new IdentityHashMap<>();
    private final IdentityHashMap<StoredFile, String> sums = new IdentityHashMap<>();
    private boolean committed;
    private Optional<String> broken = Optional.empty();

    Checks(Schedule schedule, Disk disk) {
        this.schedule = schedule;
        this.disk = disk;
    }

    /** What did not hold; whoever broke it may have gone on. */
    Optional<String> broken() {
        return broken;
    }

    private void broke(String what) {
        if (broken.isEmpty()) {
            broken = Optional.of(what);
        }
    }

    /** Of an operation that is not held up between who asks for it and the file system. */
    void before(VirtualProcess process, Operation operation, String path) {
        Matcher draft = DRAFT.matcher(path);
        if (operation == Operation.RENAME && draft.matches()) {
            long epoch = Long.parseLong(draft.group(1));
            long newest = disk.inside(RUN + "/.lease").stream()
                    .map(CLAIM::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(claim -> Long.parseLong(claim.group(1)))
                    .max()
                    .orElse(0);
            if (newest > epoch) {
                broke(process.name() + " commits " + path + " while a driver with epoch " + newest + " is there");
            }
        }
    }

    void after(VirtualProcess process, Operation operation, String path) {
        switch (operation) {
            case CREATE, RENAME, DELETE -> requireCheckpoint(process.name() + " did " + operation + " of " + path);
            case WRITE, FLUSH, CLOSE, MAKE_FOLDER, OPEN, LIST, LOOK -> {}
        }
    }

    /** From the first commit on there always is a whole checkpoint. */
    void requireCheckpoint(String after) {
        if (newestWhole().isPresent()) {
            committed = true;
        } else if (committed) {
            broke("there is no whole checkpoint any more, after " + after);
        }
    }

    private Optional<Manifest> newestWhole() {
        Optional<Manifest> newest = Optional.empty();
        for (String folder : disk.inside(CHECKPOINTS)) {
            Optional<StoredFile> file = disk.file(folder + "/" + Manifest.FILE);
            if (file.isPresent() && file.get().length() > 0) {
                Manifest manifest = manifests.computeIfAbsent(file.get(), Checks::read);
                if (manifest.ranges().stream().allMatch(range -> isWhole(folder, range))) {
                    newest = Optional.of(manifest);
                }
            }
        }
        return newest;
    }

    private static Manifest read(StoredFile file) {
        return Manifest.fromJson(new String(file.content(), StandardCharsets.UTF_8), Manifest.FILE);
    }

    private boolean isWhole(String folder, SnapshotFile range) {
        Optional<StoredFile> file = disk.file(folder + "/" + range.name());
        return file.filter(found -> found.length() == range.length()
                        && sums.computeIfAbsent(found, Checks::sum).equals(range.crc32c()))
                .isPresent();
    }

    private static String sum(StoredFile file) {
        CRC32C sum = new CRC32C();
        sum.update(file.content());
        return SnapshotFile.digits(sum);
    }

    /** At the end: each step once, with its loss, and the bits of the plain sum. */
    void requireResult(Configuration hadoop) {
        Expected expected = Expected.of(schedule.setting());
        requireSteps(expected);
        float[] model = StoredModel.use(
                hadoop,
                "memory://" + RUN + "/model.safetensors",
                files -> StoredModel.values(
                        files, NetworkLayout.of(schedule.setting().resolved().network())));
        int mismatch = Arrays.mismatch(model, expected.model());
        if (mismatch >= 0) {
            broke("float " + mismatch + " of the model is " + model[mismatch] + ", the plain sum's is "
                    + expected.model()[mismatch]);
        }
        long last = newestWhole().map(Manifest::step).orElse(-1L);
        if (last != schedule.setting().resolved().steps()) {
            broke("the newest whole checkpoint is of step " + last);
        }
    }

    private void requireSteps(Expected expected) {
        String text = new String(disk.file(RUN + "/metrics.jsonl").orElseThrow().content(), StandardCharsets.UTF_8);
        List<Matcher> steps =
                text.lines().map(STEP::matcher).filter(Matcher::find).toList();
        for (int i = 0; i < steps.size(); i++) {
            if (Long.parseLong(steps.get(i).group(1)) != i + 1) {
                broke("line " + (i + 1) + " of the steps in metrics.jsonl is of step "
                        + steps.get(i).group(1));
                return;
            }
            double loss = Double.parseDouble(steps.get(i).group(2));
            if (i < expected.losses().size() && loss != expected.losses().get(i)) {
                broke("the loss of step " + (i + 1) + " is " + loss + ", the plain sum's is "
                        + expected.losses().get(i));
                return;
            }
        }
        if (steps.size() != expected.losses().size()) {
            broke("metrics.jsonl has " + steps.size() + " steps of "
                    + expected.losses().size());
        }
    }
}
