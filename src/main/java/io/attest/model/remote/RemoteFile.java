package io.attest.model.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Opens a remote model: reads its endpoint file and asks the server what it says of the model. */
public final class RemoteFile {
  private RemoteFile() {}

  /**
   * Opens a model.
   *
   * @param file name of the endpoint file, for messages
   * @param features as declared; the server does not know levels
   * @param outputs as declared
   * @throws InvalidModelException if the file is not sound, or the server's model does not fit
   * @throws java.io.UncheckedIOException if the server cannot be reached, after all tries
   */
  public static Model open(
      String file,
      byte[] bytes,
      String sha256,
      List<Feature> features,
      Task task,
      List<String> outputs) {
    return open(
        file,
        bytes,
        sha256,
        features,
        task,
        outputs,
        System::getenv,
        time -> Thread.sleep(time.toMillis()));
  }

  /**
   * The same with given variables of the environment and a given way to wait.
   *
   * @param environment null for one that is not set
   */
  static Model open(
      String file,
      byte[] bytes,
      String sha256,
      List<Feature> features,
      Task task,
      List<String> outputs,
      UnaryOperator<String> environment,
      Line.Pause pause) {
    Endpoint endpoint = Endpoint.read(file, bytes);
    linkFits(endpoint, task);
    Line line =
        new Line(endpoint, endpoint.token().map(name -> token(file, name, environment)), pause);
    Answer answer = new Answer(endpoint, task, outputs.size(), line);
    JsonNode metadata = answer.tree(line.get(endpoint.address()));
    checkVersion(endpoint, metadata);
    Tensors tensors = Tensors.of(endpoint, features, metadata);
    ModelInfo info =
        new ModelInfo(
            "remote", served(endpoint, metadata), task, features, outputs, endpoint.link(), sha256);
    return new RemoteModel(info, endpoint, tensors, answer, line);
  }

  private static void linkFits(Endpoint endpoint, Task task) {
    boolean fits =
        switch (endpoint.link()) {
          case IDENTITY -> true;
          case LOGIT -> task == Task.BINARY;
          case SOFTMAX -> task == Task.MULTICLASS;
          default -> task == Task.REGRESSION;
        };
    if (!fits || (task == Task.MULTICLASS && endpoint.column().isPresent())) {
      throw new InvalidModelException(
          endpoint.file()
              + ": the "
              + (fits ? "column" : "link " + endpoint.link())
              + " does not go with the task "
              + task
              + " that model.yaml declares.");
    }
  }

  private static String token(String file, String name, UnaryOperator<String> environment) {
    String value = environment.apply(name);
    if (value == null || !value.strip().matches("[\\x21-\\x7e]+")) {
      throw new InvalidModelException(
          file
              + " takes the token from the environment variable "
              + name
              + ", which "
              + (value == null ? "is not set" : "holds no token")
              + ".");
    }
    return value.strip();
  }

  /** Where there are several versions, the server's choice may change in the middle of an audit. */
  private static void checkVersion(Endpoint endpoint, JsonNode metadata) {
    List<String> served = new ArrayList<>();
    metadata.path("versions").forEach(v -> served.add(v.asText()));
    if (served.isEmpty() || endpoint.version().filter(served::contains).isPresent()) {
      return;
    }
    throw new InvalidModelException(
        "The model at "
            + endpoint.address()
            + " is served in the versions "
            + served
            + ", but "
            + endpoint.file()
            + endpoint.version().map(v -> " says " + v).orElse(" names none")
            + ". Write the one that is audited, for instance version: \""
            + served.get(served.size() - 1)
            + "\".");
  }

  private static String served(Endpoint endpoint, JsonNode metadata) {
    String platform = metadata.path("platform").asText("");
    return Optional.of(platform.length() > 80 ? platform.substring(0, 80) : platform)
            .filter(p -> !p.isBlank())
            .orElse("a server")
        + ", "
        + endpoint.model()
        + endpoint.version().map(v -> " version " + v).orElse("");
  }
}
