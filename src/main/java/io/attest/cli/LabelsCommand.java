package io.attest.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends outcomes that came after an audit to the server that did it. */
@Command(
    name = "labels",
    description = {
      "Adds outcomes to the rows of an audit that had none: starts another audit of the same frozen",
      "model and rows, with the outcomes, on a server that runs. The password is read from the",
      "environment variable ATTEST_PASSWORD.",
      "Exit code: 0 the audit has begun; 2 it could not."
    },
    mixinStandardHelpOptions = true)
final class LabelsCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "<audit>", description = "The audit, by its number.")
  private String audit;

  @Parameters(
      index = "1",
      paramLabel = "<file>",
      description = "The case's name (or row, from 1) and the outcome, with their columns' names.")
  private Path file;

  @Option(
      names = "--server",
      paramLabel = "<url>",
      defaultValue = "http://localhost:8080",
      description = "Where Attest runs; ${DEFAULT-VALUE} if absent.")
  private URI server;

  @Option(names = "--user", paramLabel = "<name>", required = true, description = "A starter.")
  private String user;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ServerCall call = new ServerCall(server, Optional.of(user), System::getenv);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no file " + file + ".");
    }
    String boundary = UUID.randomUUID().toString();
    JsonNode begun =
        call.post(
            "/api/audits/" + URLEncoder.encode(audit, StandardCharsets.UTF_8) + "/labels",
            "multipart/form-data; boundary=" + boundary,
            body(boundary));
    spec.commandLine()
        .getErr()
        .println(
            begun.path("matched").asText()
                + " rows have an outcome, "
                + begun.path("unmatched").asText()
                + " still have none.");
    spec.commandLine().getOut().println(begun.path("id").asText());
    return Cli.DONE;
  }

  private byte[] body(String boundary) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String name = file.getFileName().toString().replaceAll("[\"\r\n]", "_");
    String head = "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n";
    body.writeBytes(head.formatted(boundary, name).getBytes(StandardCharsets.UTF_8));
    body.writeBytes(Files.readAllBytes(file));
    body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }
}
