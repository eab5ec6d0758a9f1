package convoy.driver.evaluation;

import convoy.driver.model.ModelDescription;
import convoy.records.BadInputException;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A model that names single pictures, in this process and without Spark. */
public final class Prediction implements AutoCloseable {
    private final Configuration hadoop;
    private final PictureModel model;
    private final Engine engine;

    private Prediction(Configuration hadoop, PictureModel model, Engine engine) {
        this.hadoop = hadoop;
        this.model = model;
        this.engine = engine;
    }

    /**
     * Loads a model.
     *
     * @param hadoop settings of the file systems
     * @param uri of a run's directory, of a safetensors file, or of an index of several
     * @param network of a file that does not say it: torchvision's weights, with ImageNet's normalization; else empty
     * @param engine that computes
     * @param orientation of pictures that a camera noted as turned: as the data set was imported
     * @return it, ready to predict; to be closed
     * @throws BadInputException if there is no model, or it does not say how its pictures are made
     */
    public static Prediction open(
            Configuration hadoop, String uri, Optional<String> network, EngineChoice engine, Orientation orientation) {
        return of(hadoop, PictureModel.open(hadoop, uri, network, engine, orientation));
    }

    /**
     * {@return a model, ready to predict; to be closed, and the model with it}
     *
     * @param hadoop settings of the file systems
     * @param model that was opened
     */
    public static Prediction of(Configuration hadoop, PictureModel model) {
        Engine compiled = model.compile(model.stored().description().build());
        compiled.setParameters(model.stored().values());
        return new Prediction(hadoop, model, compiled);
    }

    /** {@return what the model is} */
    public ModelDescription model() {
        return model.stored().description();
    }

    /** {@return what of the model's file was taken otherwise than it is written, for a person to know; empty if nothing was} */
    public Optional<String> notice() {
        return model.notice();
    }

    /** {@return updates that the model went through; -1 if it does not say} */
    public long step() {
        return model.stored().step();
    }

    /**
     * {@return the classes that the model is most for, the best first; of equal ones the lower first}
     *
     * @param image URI of a picture file
     * @param most how many at most
     * @throws BadInputException if it cannot be read, or is no picture of a size that the model can take
     */
    public List<PictureModel.Guess> predict(String image, int most) {
        float[] logits = engine.predict(model.read(hadoop, image));
        List<PictureModel.Guess> guesses = model.guesses(logits, image);
        return List.copyOf(guesses.subList(0, Math.min(most, guesses.size())));
    }

    /** Releases the engine. */
    @Override
    public void close() {
        model.close();
        engine.close();
    }
}
