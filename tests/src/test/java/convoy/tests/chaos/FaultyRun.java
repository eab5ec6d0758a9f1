package convoy.tests.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.util.StringUtils;

/**
 * One run from its beginning to its end, to which a fault is done every so often while it trains, drawn from a seed. Whoever runs it does what a person or
 * a scheduler would: a driver that was killed is begun again by the same command, and so are the parts of HDFS and of Spark.
 */
final class FaultyRun {
    private static final Duration STOPPED = Duration.ofSeconds(20);
    private static final Duration AWAY = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(40);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int WORKERS = 3;
    private static final int SERVERS = 2;
    private static final String RUNS = "/runs";

    private final Processes cluster;
    private final Path directory;
    private final String name;
    private final List<String> words;
    private final Path printed;
    private final List<Done> faults = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();

    /** What is to be done later, by when. */
    private final PriorityQueue<Later> later = new PriorityQueue<>();

    private Optional<Process> driver = Optional.empty();
    private Optional<Process> second = Optional.empty();
    private long lostSteps;
    private int printedBefore;
    private int nextWorker = WORKERS + 1;

    private record Later(long at, String what, Action action) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.compare(at, other.at);
        }
    }

    @FunctionalInterface
    private interface Action {
        void happen() throws IOException, InterruptedException;
    }

    /** A fault that was done, and when. */
    record Done(Fault fault, Instant at) {}

    /**
     * How a run went.
     *
     * @param sha256 of its model
     * @param took from its first command to its end
     * @param again steps that were computed and not kept
     * @param ends of drivers that nobody had killed, before the good one
     * @param course by its metrics
     */
    record Outcome(String sha256, Duration took, List<Done> faults, long again, List<String> ends, Course course) {}

    /** @param words of the command behind {@code train}, with the run file */
    FaultyRun(Processes cluster, Path directory, String name, List<String> words) throws IOException {
        this.cluster = cluster;
        this.directory = directory;
        this.name = name;
        this.words = words;
        this.printed = Files.createFile(directory.resolve(name + ".txt"));
    }

    /**
     * Runs it.
     *
     * @param seed of faults
     * @param kinds of which they are drawn; none: it is left alone
     * @param every so often
     */
    Outcome run(long seed, List<Fault> kinds, Duration every) throws IOException, InterruptedException {
        Random random = new Random(seed);
        Instant begun = Instant.now();
        begin();
        long next = System.nanoTime() + 2 * every.toNanos();
        while (!ended(begun)) {
            while (!later.isEmpty() && later.peek().at() <= System.nanoTime()) {
                Later due = later.remove();
                System.out.println(name + ": " + due.what());
                due.action().happen();
            }
            if (!kinds.isEmpty() && System.nanoTime() >= next && isTraining()) {
                Fault fault = kinds.get(random.nextInt(kinds.size()));
                Instant at = Instant.now();
                if (happens(fault, random)) {
                    System.out.println(name + ": " + fault.text());
                    faults.add(new Done(fault, at));
                    next = System.nanoTime() + every.toNanos();
                }
            }
            Thread.sleep(LOOK.toMillis());
        }
        Instant end = Instant.now();
        settle();
        try (FileSystem files = cluster.hdfs()) {
            Course course = Course.read(files, RUNS + "/" + name);
            long again =
                    course.changes().stream().mapToLong(Course.Change::again).sum() + lostSteps;
            return new Outcome(sha256(files), Duration.between(begun, end), faults, again, ends, course);
        }
    }

    private void begin() throws IOException {
        List<String> all = new ArrayList<>(List.of("train", "--debug"));
        all.addAll(words);
        all.addAll(List.of("--set", "name=" + name));
        printedBefore = Files.readString(printed).length();
        driver = Optional.of(cluster.convoy(printed, all.toArray(String[]::new)));
    }

    /** Whether the run has come to its end. A driver that fails though nobody killed it is begun again, and that is told. */
    private boolean ended(Instant begun) throws IOException {
        if (driver.isEmpty() || driver.get().isAlive()) {
            if (Duration.between(begun, Instant.now()).compareTo(LIMIT) > 0) {
                throw new IllegalStateException(name + " takes more than " + LIMIT + ": " + Files.readString(printed));
            }
            return false;
        }
        int status = driver.get().exitValue();
        if (status == 0) {
            return true;
        }
        List<String> lines = Files.readAllLines(printed);
        ends.add("status " + status + ": " + (lines.isEmpty() ? "" : lines.get(lines.size() - 1)));
        System.out.println(name + ": a driver ended, " + ends.get(ends.size() - 1));
        if (ends.size() > 10) {
            throw new IllegalStateException(name + " fails again and again: " + ends);
        }
        begin();
        return false;
    }

    /** Does what was still to be done, so that the next run finds a whole cluster. */
    private void settle() throws IOException, InterruptedException {
        for (Later due : later) {
            due.action().happen();
        }
        later.clear();
        for (int worker = 1; worker <= WORKERS; worker++) {
            if (cluster.part("worker-" + worker).isEmpty()) {
                cluster.begin("worker-" + worker, "worker-1");
            }
        }
        for (String worker : cluster.workers().stream().skip(WORKERS).toList()) {
            kill(cluster.part(worker));
        }
        if (second.isPresent()) {
            second.get().waitFor(1, TimeUnit.MINUTES);
        }
    }

    private void after(Duration time, String what, Action action) {
        later.add(new Later(System.nanoTime() + time.toNanos(), what, action));
    }

    private static boolean kill(Optional<ProcessHandle> process) throws IOException, InterruptedException {
        if (process.isPresent()) {
            Processes.signal("-KILL", process.get());
        }
        return process.isPresent();
    }

    private boolean stop(Optional<ProcessHandle> process, String what) throws IOException, InterruptedException {
        if (process.isPresent()) {
            Processes.signal("-STOP", process.get());
            after(STOPPED, what + " goes on", () -> Processes.signal("-CONT", process.get()));
        }
        return process.isPresent();
    }

    /** Does a fault, if there is somebody to do it to. */
    private boolean happens(Fault fault, Random random) throws IOException, InterruptedException {
        Optional<ProcessHandle> main = driver.map(Process::toHandle).filter(Processes::runs);
        return switch (fault) {
            case KILL_WORKER -> kill(executor(random, false));
            case KILL_SERVER -> kill(executor(random, true));
            case STOP_EXECUTOR -> stop(executor(random, random.nextBoolean()), "an executor");
            case STOP_DRIVER -> stop(main, "the driver");
            case STOP_DATANODE -> stop(cluster.part("datanode"), "the DataNode");
            case STOP_NAMENODE -> stop(cluster.part("namenode"), "the NameNode");
            case KILL_DATANODE -> killed("datanode");
            case KILL_NAMENODE -> killed("namenode");
            case KILL_DRIVER -> killDriver(main);
            case FULL_DISK -> fill();
            case SECOND_DRIVER -> beginSecond();
            case ADD_EXECUTOR -> add();
            case TAKE_EXECUTOR -> cluster.workers().size() > 1 && take(random);
        };
    }

    /** Servers are chosen in the order of executors' names: the first have them. */
    private Optional<ProcessHandle> executor(Random random, boolean withServer) {
        Map<Integer, ProcessHandle> executors = cluster.executors();
        List<ProcessHandle> all = executors.keySet().stream()
                .sorted((left, right) -> Integer.toString(left).compareTo(Integer.toString(right)))
                .map(executors::get)
                .toList();
        List<ProcessHandle> some = withServer
                ? all.subList(0, Math.min(SERVERS, all.size()))
                : all.subList(Math.min(SERVERS, all.size()), all.size());
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    private boolean killed(String part) throws IOException, InterruptedException {
        boolean killed = kill(cluster.part(part));
        if (killed) {
            after(AWAY, "the " + part + " begins again", () -> cluster.begin(part, part));
        }
        return killed;
    }

    private boolean killDriver(Optional<ProcessHandle> main) throws IOException, InterruptedException {
        if (main.isEmpty() || second.filter(Process::isAlive).isPresent() || !isTraining()) {
            // The second would take the run over.
            return false;
        }
        long before = recorded();
        kill(main);
        driver.orElseThrow().waitFor();
        begin();
        // What it goes on from is told by the change that begins the run again, of the steps that are recorded by then.
        lostSteps += Math.max(0, before - newestCheckpoint());
        return true;
    }

    /** Whether the driver that runs now has begun. */
    private boolean isTraining() throws IOException {
        boolean begun = Files.readString(printed).substring(printedBefore).contains("images/s");
        return begun && driver.filter(Process::isAlive).isPresent();
    }

    private long recorded() {
        try (FileSystem files = cluster.hdfs()) {
            return Course.read(files, RUNS + "/" + name).steps().size();
        } catch (IOException away) {
            return 0;
        }
    }

    private long newestCheckpoint() {
        try (FileSystem files = cluster.hdfs()) {
            long newest = 0;
            for (var step : files.listStatus(new org.apache.hadoop.fs.Path(RUNS + "/" + name + "/checkpoints"))) {
                String stepName = step.getPath().getName();
                if (files.exists(new org.apache.hadoop.fs.Path(step.getPath(), "manifest.json"))) {
                    newest = Math.max(newest, Long.parseLong(stepName.substring(stepName.indexOf('-') + 1)));
                }
            }
            return newest;
        } catch (IOException away) {
            return Long.MAX_VALUE;
        }
    }

    private boolean fill() throws IOException {
        try {
            quota(1);
        } catch (IOException away) {
            return false;
        }
        after(STOPPED, "HDFS has room again", this::giveRoom);
        return true;
    }

    private void giveRoom() {
        try {
            quota(HdfsConstants.QUOTA_RESET);
        } catch (IOException away) {
            after(AWAY, "HDFS has room again", this::giveRoom);
        }
    }

    private void quota(long bytes) throws IOException {
        try (FileSystem files = cluster.hdfs()) {
            ((DistributedFileSystem) files)
                    .setQuota(new org.apache.hadoop.fs.Path(RUNS), HdfsConstants.QUOTA_DONT_SET, bytes);
        }
    }

    private boolean beginSecond() throws IOException {
        if (second.filter(Process::isAlive).isPresent() || !isTraining()) {
            return false;
        }
        List<String> all = new ArrayList<>(List.of("train", "--debug"));
        all.addAll(words);
        all.addAll(List.of("--set", "name=" + name));
        Path out = Files.createTempFile(directory, "second-of-" + name, ".txt");
        second = Optional.of(cluster.convoy(out, all.toArray(String[]::new)));
        Process begun = second.get();
        after(Duration.ofSeconds(90), "the second driver has ended", () -> {
            if (begun.isAlive()) {
                begun.destroyForcibly();
                ends.add("the second driver was not refused within 90 s");
            } else if (begun.exitValue() == 0) {
                ends.add("the second driver was not refused: " + Files.readString(out));
            }
        });
        return true;
    }

    private boolean add() throws IOException {
        if (cluster.workers().size() > WORKERS || nextWorker > 9) {
            return false;
        }
        cluster.begin("worker-" + nextWorker++, "worker-1");
        return true;
    }

    private boolean take(Random random) throws IOException, InterruptedException {
        List<String> workers = cluster.workers();
        String taken = workers.get(random.nextInt(workers.size()));
        boolean killed = kill(cluster.part(taken));
        if (killed) {
            after(STOPPED, taken + " comes back", () -> cluster.begin(taken, "worker-1"));
        }
        return killed;
    }

    private String sha256(FileSystem files) throws IOException {
        org.apache.hadoop.fs.Path model = new org.apache.hadoop.fs.Path(RUNS + "/" + name + "/model.safetensors");
        try (FSDataInputStream in = files.open(model)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return StringUtils.byteToHexString(digest.digest(in.readAllBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
