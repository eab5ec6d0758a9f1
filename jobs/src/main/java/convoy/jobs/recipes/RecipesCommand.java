package convoy.jobs.recipes;

import convoy.jobs.output.Json;
import convoy.jobs.output.TextTable;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the recipes, or prints one. */
@Command(name = "recipes", description = "List run files and studies to begin with, or print one of them.")
public final class RecipesCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Print this one: convoy recipes lenet5 > run.yaml")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--json",
            description = "Print one JSON array instead of a table; with NAME one JSON object, the file's text in it.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (name.isPresent()) {
            print(Recipes.find(name.get()), out);
        } else {
            list(out);
        }
    }

    private void print(Recipe recipe, PrintWriter out) {
        if (json) {
            Map<String, Object> object = asJson(recipe);
            object.put("text", recipe.text());
            Json.print(object, out);
        } else {
            out.print(recipe.text());
            out.flush();
        }
    }

    private void list(PrintWriter out) {
        if (json) {
            Json.print(Recipes.all().stream().map(RecipesCommand::asJson).toList(), out);
            return;
        }
        TextTable table = new TextTable().left("RECIPE").left("KIND").left("WHAT");
        Recipes.all().forEach(recipe -> table.row(recipe.name(), recipe.kind().word(), recipe.line()));
        table.lines().forEach(out::println);
    }

    private static Map<String, Object> asJson(Recipe recipe) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", recipe.name());
        object.put("kind", recipe.kind().word());
        object.put("line", recipe.line());
        return object;
    }
}
