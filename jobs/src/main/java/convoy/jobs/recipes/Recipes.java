package convoy.jobs.recipes;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** All recipes, in the order in which they are listed. A new one is a file and a name here: a jar cannot be asked what is in it. */
final class Recipes {
    private static final List<String> RUNS = List.of(
            "lenet5",
            "resnet20_cifar",
            "all_cnn_c",
            "nin_cifar",
            "vgg11_bn",
            "vgg16",
            "googlenet",
            "inception_v3",
            "resnet50",
            "transfer-learning");

    private static final List<String> STUDIES = List.of(
            "all-cnn-vs-pooling-small",
            "all-cnn-table-3",
            "depth",
            "normalization",
            "auxiliary-heads",
            "inception-steps");

    private Recipes() {}

    static List<Recipe> all() {
        return Stream.concat(
                        RUNS.stream().map(name -> read(name, Recipe.Kind.RUN)),
                        STUDIES.stream().map(name -> read(name, Recipe.Kind.STUDY)))
                .toList();
    }

    /**
     * The recipe of a name.
     *
     * @throws BadInputException if there is none; the message names the most similar one
     */
    static Recipe find(String name) {
        List<Recipe> all = all();
        List<String> names = all.stream().map(Recipe::name).toList();
        return all.stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInputException(Refusal.of("recipe", name)
                        .because("is none of " + names.size())
                        .instead(Names.nearest(name, names)
                                        .map(near -> "did you mean " + near + "? ")
                                        .orElse("")
                                + "`convoy recipes` lists all")));
    }

    private static Recipe read(String name, Recipe.Kind kind) {
        String file = name + ".yaml";
        try (InputStream in = Recipes.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in Convoy's jar");
            }
            return new Recipe(name, kind, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
