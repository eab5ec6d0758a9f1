package convoy.ml;

import convoy.driver.evaluation.PictureFile;
import convoy.driver.model.ModelDigest;
import convoy.driver.model.StoredModel;
import convoy.driver.scoring.Ranking;
import convoy.records.BadInputException;
import convoy.records.text.FirstLine;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.single.PictureReader;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A model with an engine, in a task: pictures in, classes out. For one thread at a time. */
final class Classifier implements AutoCloseable {
    private final Configuration hadoop;
    private final ClassifierPlan plan;
    private final PictureReader pictures;
    private final Engine engine;

    /**
     * What is said of one picture.
     *
     * @param ranking all classes, the best first; empty if there is a problem
     * @param problem why there is none
     */
    record Answer(Optional<Ranking> ranking, Optional<String> problem) {
        static Answer problem(String text) {
            return new Answer(Optional.empty(), Optional.of(text));
        }
    }

    private Classifier(Configuration hadoop, ClassifierPlan plan, PictureReader pictures, Engine engine) {
        this.hadoop = hadoop;
        this.plan = plan;
        this.pictures = pictures;
        this.engine = engine;
    }

    static Classifier open(Configuration hadoop, ClassifierPlan plan) {
        EngineOptions options = plan.engine()
                .options(Device.parse(plan.engine().device()), plan.threads(), LabelSmoothing.NONE, Frozen.NOTHING);
        ModelDigest.require(hadoop, plan.uri(), plan.sha256());
        PictureReader pictures = new PictureReader(
                hadoop,
                new Transforms(plan.model().transforms()),
                plan.model().input(),
                plan.model().stored(),
                plan.orientation());
        try {
            Engine engine = Engines.find(plan.engine().engine(), options.device())
                    .compile(plan.model().build(), options);
            engine.setParameters(
                    StoredModel.read(hadoop, plan.uri(), plan.model()).values());
            return new Classifier(hadoop, plan, pictures, engine);
        } catch (RuntimeException | Error failure) {
            pictures.close();
            throw failure;
        }
    }

    /** How many pictures are asked about at once, at most. */
    int batch() {
        return plan.batch();
    }

    /** The name of a class; its index where the model does not know names. */
    String nameOf(int index) {
        List<String> names = plan.model().classNames();
        return names.isEmpty() ? Integer.toString(index) : names.get(index);
    }

    /** What the model says of pictures, at most {@link #batch} of them. */
    List<Answer> answer(List<Picture> asked) {
        int size = plan.model().input().size();
        float[] images = new float[plan.batch() * size];
        List<Optional<String>> problems = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            problems.add(paint(asked.get(i), images, i * size));
        }
        if (problems.stream().allMatch(Optional::isPresent)) {
            return problems.stream()
                    .map(text -> Answer.problem(text.orElse("")))
                    .toList();
        }
        float[] logits = engine.predict(new Batch(plan.batch(), images, new int[plan.batch()]));
        int classes = plan.model().classes();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Optional<String> problem = problems.get(i);
            Optional<Ranking> ranking =
                    problem.isPresent() ? Optional.empty() : Ranking.of(logits, i * classes, classes, classes);
            answers.add(
                    problem.isEmpty() && ranking.isEmpty()
                            ? Answer.problem("the model's scores of it are no numbers: its training diverged")
                            : new Answer(ranking, problem));
        }
        return answers;
    }

    /** Puts a picture's floats in their place, or says why not. */
    private Optional<String> paint(Picture picture, float[] images, int at) {
        try {
            byte[] file = picture.file(uri -> PictureFile.read(hadoop, uri));
            float[] image = pictures.read(file, picture.name()).images();
            System.arraycopy(image, 0, images, at, image.length);
            return Optional.empty();
        } catch (BadInputException bad) {
            return Optional.of(FirstLine.of(bad));
        }
    }

    @Override
    public void close() {
        pictures.close();
        engine.close();
    }
}
