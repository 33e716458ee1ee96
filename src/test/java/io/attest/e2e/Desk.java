package io.attest.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** What people do with a running Attest, through its REST doors. */
final class Desk {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** More on a machine that does much else: -Dattest.patience=10. */
  static final Duration PATIENCE = Duration.ofMinutes(Long.getLong("attest.patience", 3));

  private final PackagedJar jar;

  Desk(PackagedJar jar) {
    this.jar = jar;
  }

  void person(String id, String password, String group) throws IOException {
    HttpResponse<byte[]> answer =
        jar.post(
            "/engine-rest/user/create",
            Map.of(
                "profile",
                Map.of("id", id, "firstName", id, "lastName", "Test", "email", ""),
                "credentials",
                Map.of("password", password)));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(204);
    join(id, group);
  }

  void join(String id, String group) throws IOException {
    HttpResponse<byte[]> answer = jar.put("/engine-rest/group/" + group + "/members/" + id);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(204);
  }

  String start(String user, String password, String model, String reason) throws IOException {
    return start(user, password, model, reason, "");
  }

  String start(String user, String password, String model, String reason, String data)
      throws IOException {
    HttpResponse<byte[]> answer =
        jar.post(
            user, password, "/api/audits", Map.of("model", model, "reason", reason, "data", data));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    return JSON.readTree(answer.body()).get("id").asText();
  }

  /** The open task of a kind, with {@code id} and {@code auditId}; of one audit, or of any. */
  JsonNode awaitTask(String kind, String audit) {
    return Awaitility.await("task " + kind + " of " + audit)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> find(kind, audit), task -> task != null);
  }

  String task(String kind, String audit) throws IOException {
    JsonNode task = find(kind, audit);
    assertThat(task).as("open task %s of %s", kind, audit).isNotNull();
    return task.get("id").asText();
  }

  private JsonNode find(String kind, String audit) throws IOException {
    String of = audit == null ? "" : "&processInstanceBusinessKey=" + audit;
    JsonNode tasks = jar.json("/engine-rest/task?taskDefinitionKey=" + kind + of);
    if (tasks.isEmpty()) {
      return null;
    }
    JsonNode task = tasks.get(0);
    JsonNode instance =
        jar.json("/engine-rest/process-instance/" + task.get("processInstanceId").asText());
    return ((com.fasterxml.jackson.databind.node.ObjectNode) task)
        .put("auditId", instance.get("businessKey").asText());
  }

  void complete(String user, String password, String task, Map<String, String> variables)
      throws IOException {
    HttpResponse<byte[]> answer = tryToComplete(user, password, task, variables);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(204);
  }

  /** Completes a review with every finding of the audit waived. */
  void approve(
      String user, String password, String task, String audit, Map<String, String> variables)
      throws IOException {
    List<Map<String, String>> answers = new ArrayList<>();
    for (JsonNode section : jar.json("/api/audits/" + audit).get("sections")) {
      if (section.get("stage").asText().equals("verdict")) {
        for (JsonNode finding : section.get("content").get("findings")) {
          answers.add(
              Map.of("finding", finding.get("id").asText(), "answer", "waived", "reason", "known"));
        }
      }
    }
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("dispositions", JSON.writeValueAsString(answers));
    complete(user, password, task, all);
  }

  HttpResponse<byte[]> tryToComplete(
      String user, String password, String task, Map<String, String> variables) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    variables.forEach(
        (name, value) ->
            values.put(
                name,
                Map.of(
                    "value",
                    value,
                    "type",
                    "String",
                    "valueInfo",
                    Map.of("transient", name.equals("dispositions")))));
    return jar.post(
        user, password, "/engine-rest/task/" + task + "/complete", Map.of("variables", values));
  }

  void awaitState(String audit, String... state) {
    Awaitility.await(audit + " is " + String.join(" or ", state))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(jar.json("/api/audits/" + audit).get("audit").get("state").asText())
                    .isIn((Object[]) state));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
  }
}
