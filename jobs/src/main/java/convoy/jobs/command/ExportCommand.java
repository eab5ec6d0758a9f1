package convoy.jobs.command;

import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.model.ExportForm;
import convoy.driver.model.ModelExport;
import convoy.jobs.launch.Uris;
import convoy.jobs.output.Json;
import convoy.jobs.registry.ModelReference;
import convoy.parameterserver.files.Safetensors.Precision;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a run's newest model in a form that others read. */
@Command(
        name = "export",
        description = "Write the model of a run's newest checkpoint, or of a version of a registry, to one file.")
final class ExportCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "RUN|URI#VERSION",
            description = "A run's directory, complete or not; or a version of a registry, as registry#champion.")
    private String run = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "safetensors (the default; torchvision's names, for PyTorch), onnx (for whatever runs ONNX models), or dl4j (a"
                            + " ModelSerializer zip).")
    private ExportFormat format = ExportFormat.SAFETENSORS;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "f32 (the default), f16 or bf16: what the numbers are rounded to.")
    private Precision dtype = Precision.F32;

    @Option(
            names = "--auxiliary-heads",
            description = "Keep the auxiliary heads, which only training needs (GoogLeNet, Inception).")
    private boolean auxiliaryHeads;

    @Option(
            names = "--normalization",
            description = "Have an ONNX model take pixels from 0 to 255 and normalize them itself.")
    private boolean normalization;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The file to write.")
    private String to = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        long step = ModelExport.run(
                Uris.hadoop(),
                ModelReference.folder(Uris.hadoop(), run),
                new ExportForm(format, dtype, auxiliaryHeads, normalization),
                to);
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("file", to);
            object.put("step", step);
            Json.print(object, out);
        } else {
            out.println("the model of step " + step + " is in " + to);
        }
    }
}
