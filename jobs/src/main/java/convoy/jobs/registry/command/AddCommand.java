package convoy.jobs.registry.command;

import convoy.jobs.output.Json;
import convoy.jobs.registry.Addition;
import convoy.jobs.registry.HeldRegistry;
import convoy.jobs.registry.Registry;
import convoy.jobs.registry.Version;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.intake.Intake;
import convoy.records.text.Shown;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a trained model to a registry. */
@Command(
        name = "add",
        description =
                "Add the model of a trained run as a new version, which no alias names yet. Makes the registry if there is none.")
final class AddCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "URI",
            description = "The registry's directory, on any Hadoop file system; one that is not there is made.")
    private String uri = "";

    @Parameters(index = "1", paramLabel = "RUN|MODEL", description = "A run's directory, or a .safetensors file.")
    private String source = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "What the registry is called; a new one is called as its directory is, unless this says otherwise.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--because", paramLabel = "TEXT", description = "Why, for the history.")
    private String because = "added by hand";

    @Option(
            names = "--other-classes",
            description = "Take a model whose classes are not the champion's in the same order.")
    private boolean otherClasses;

    @Option(names = "--json", description = "Print one JSON object: the version.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Reason reason = Reason.of(because);
        // Before a registry is made for something that is no model.
        Opened.addition(source, Optional.empty());
        Opened.toFill(uri, name.orElseGet(this::named), spec.commandLine().getErr(), held -> {
            Version added = held.add(addition(held), reason);
            print(held.registry(), added, out);
            return added;
        });
    }

    private Addition addition(HeldRegistry held) {
        Addition addition = Opened.addition(source, Optional.of(held.registry()));
        return otherClasses ? addition : addition.checked(Intake.sameClasses());
    }

    /** That of the registry, or for a new one the last part of its address. */
    private String named() {
        return Opened.name(uri)
                .orElseGet(() ->
                        GivenName.registry("name", uri.replaceAll("/+$", "").replaceAll(".*/", "")));
    }

    private void print(Registry registry, Version version, PrintWriter out) {
        if (json) {
            Json.print(Described.added(registry, version), out);
        } else {
            out.println("version " + version.number() + " of registry '" + version.registry() + "' is "
                    + version.model().network() + " from "
                    + Shown.line(version.origin().source()) + "; no alias names it yet");
        }
    }
}
