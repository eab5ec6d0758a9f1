package convoy.jobs.retrain.work;

import convoy.driver.lease.HeldByAnotherException;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.Content;
import convoy.jobs.registry.Hand;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.history.Verdict;
import convoy.jobs.registry.intake.Intake;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.news.Lineage;
import convoy.jobs.retrain.run.Attempt;
import convoy.jobs.retrain.run.Champion;
import convoy.jobs.retrain.run.Ports;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The versions of a model in a registry, which is held for the moments in which it is changed. Whoever finds it held waits for a while: people
 * promote and roll back in seconds.
 */
final class RegistryLine implements Ports.Line {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Configuration hadoop;
    private final String uri;
    private final String name;
    private final Hand hand;
    private final Making making;

    /** What is known of an attempt that is to become a version. */
    interface Making {
        /** The URI of its run's directory. */
        String run(Attempt attempt);

        /** The digest of its recipe without the seeds. */
        String family();

        /** What was found of the new data. */
        List<String> drift();

        /** Files beside those of the run, of a version of that number. */
        Addition with(Addition addition, Attempt attempt, PromotionVerdict verdict, long number);
    }

    /** Something that is done to a registry. */
    private interface Deed<T> {
        T to(HeldRegistry held);
    }

    RegistryLine(Configuration hadoop, String uri, String name, Hand hand, Making making) {
        this.hadoop = hadoop;
        this.uri = uri;
        this.name = name;
        this.hand = hand;
        this.making = making;
    }

    private Registry registry() {
        return Registry.open(hadoop, uri);
    }

    @Override
    public Optional<Champion> champion() {
        Registry registry = registry();
        return registry.standing().champion().map(number -> champion(registry, number));
    }

    private Champion champion(Registry registry, long number) {
        Optional<StoredVerdict> stored = stored(registry, number);
        List<Double> accuracies = new ArrayList<>();
        stored.ifPresent(mine -> {
            for (long other : registry.standing().versions()) {
                stored(registry, other)
                        .filter(its ->
                                its.family().equals(mine.family()) && its.data().equals(mine.data()))
                        .ifPresent(its -> accuracies.add(its.accuracy()));
            }
        });
        return new Champion(
                number,
                stored.map(StoredVerdict::line).orElseGet(() -> trained(registry.version(number))),
                accuracies.size() < 2 ? List.of() : accuracies);
    }

    /** What a version was trained on. */
    List<Lineage.Trained> trainedOn(long number) {
        Registry registry = registry();
        return stored(registry, number).map(StoredVerdict::data).orElseGet(() -> trained(registry.version(number)));
    }

    /** Of a version that somebody added by hand. */
    private static List<Lineage.Trained> trained(Version version) {
        return version.origin().data().stream()
                .filter(data -> data.role().equals("train"))
                .flatMap(data ->
                        data.fingerprint().map(fingerprint -> new Lineage.Trained(data.uri(), fingerprint)).stream())
                .toList();
    }

    private Optional<StoredVerdict> stored(Registry registry, long number) {
        if (!registry.version(number).files().containsKey(StoredVerdict.FILE)) {
            return Optional.empty();
        }
        Path file = new Path(registry.folder(number), StoredVerdict.FILE);
        FileSystem files = Storage.of(hadoop, "registry", file);
        try (InputStream in = files.open(file)) {
            String remedy = "restore it from a copy of the registry";
            return Optional.of(StoredVerdict.FORMAT.read(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    file.toString(),
                    "use the version that wrote it",
                    remedy));
        } catch (FileNotFoundException gone) {
            throw Storage.absent(files, "registry", file, "restore it from a copy of the registry", gone);
        } catch (IOException failure) {
            throw Storage.explained(files, "registry", file, failure);
        }
    }

    @Override
    public Optional<Ports.Judged> judged(String id) {
        Registry registry = registry();
        return registry.standing().versions().stream()
                .sorted(Comparator.reverseOrder())
                .flatMap(number -> stored(registry, number)
                        .filter(stored -> stored.attempt().equals(id))
                        .map(stored -> new Ports.Judged(number, stored.verdict()))
                        .stream())
                .findFirst();
    }

    @Override
    public long add(Attempt attempt, PromotionVerdict verdict) {
        Set<Lineage.Trained> line = new LinkedHashSet<>();
        champion().ifPresent(champion -> line.addAll(champion.trained()));
        List<Lineage.Trained> own = attempt.data().stream()
                .map(one ->
                        new Lineage.Trained(one.dataSet().id(), one.dataSet().fingerprint()))
                .toList();
        line.addAll(own);
        StoredVerdict stored = StoredVerdictBuilder.builder()
                .attempt(attempt.id())
                .family(making.family())
                .data(own)
                .line(List.copyOf(line))
                .accuracy(verdict.accuracy())
                .drift(making.drift())
                .verdict(verdict)
                .build();
        return held(held -> {
            Registry now = held.registry();
            Addition addition = Intake.of(hadoop, making.run(attempt), Optional.of(now))
                    .checked(Intake.sameClasses())
                    .with(StoredVerdict.FILE, Content.of(StoredVerdict.FORMAT.write(stored)));
            return held.add(
                            making.with(
                                    addition, attempt, verdict, now.standing().next()),
                            new Reason("retrained on what is new", Optional.of(told(verdict))))
                    .number();
        });
    }

    private static Verdict told(PromotionVerdict verdict) {
        return new Verdict(
                verdict.text(),
                verdict.figures().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(one -> new Verdict.Figure(one.getKey(), one.getValue()))
                        .toList());
    }

    @Override
    public boolean promote(long version, Optional<Long> held, Ports.Move move) {
        return held(registry -> {
            if (!registry.registry().standing().champion().equals(held)) {
                return false;
            }
            Optional<Verdict> verdict = Optional.of(told(move.verdict()));
            if (move.because().isPresent()) {
                registry.force(
                        version, GivenName.CHAMPION, new Reason(move.because().get(), verdict));
            } else {
                registry.promote(
                        version,
                        GivenName.CHAMPION,
                        new Reason(move.verdict().sentences().get(0), verdict));
            }
            return true;
        });
    }

    private <T> T held(Deed<T> deed) {
        long begun = hand.clock().nanoTime();
        while (true) {
            try (HeldRegistry held = HeldRegistry.hold(hadoop, uri, Optional.of(name), hand)) {
                return deed.to(held);
            } catch (HeldByAnotherException busy) {
                if (hand.clock().nanoTime() - begun > PATIENCE.toNanos()) {
                    throw busy;
                }
                hand.notices().accept(String.valueOf(busy.getMessage()));
                pause();
            } catch (InterruptedException interrupted) {
                throw stopped(interrupted);
            }
        }
    }

    private void pause() {
        try {
            hand.clock().pause(PAUSE);
        } catch (InterruptedException interrupted) {
            throw stopped(interrupted);
        }
    }

    private static IllegalStateException stopped(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted; the same command goes on", interrupted);
    }
}
