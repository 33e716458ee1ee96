package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The one login as a browser meets it, on the real server with all its filters. */
class LoginTest extends WebTest {
  private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

  @Autowired ProcessEngine engine;

  /** A browser without a screen: it keeps cookies, follows nothing by itself. */
  private final class Visitor {
    final CookieManager cookies = new CookieManager();
    final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
      return send(HttpRequest.newBuilder(at(path)).header("Accept", "text/html,*/*").GET());
    }

    HttpResponse<String> post(String path, String type, String body, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(at(path))
              .header("Accept", type.contains("form-urlencoded") ? "text/html" : "application/json")
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofString(body));
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      return send(request);
    }

    HttpResponse<String> send(HttpRequest.Builder request)
        throws IOException, InterruptedException {
      return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> login(String name, String password)
        throws IOException, InterruptedException {
      Matcher token = TOKEN.matcher(get("/login").body());
      assertThat(token.find()).isTrue();
      return post(
          "/login",
          "application/x-www-form-urlencoded",
          "username="
              + name
              + "&password="
              + encode(password)
              + "&_csrf="
              + encode(token.group(1)));
    }

    List<String> cookie(String name) {
      return cookies.getCookieStore().getCookies().stream()
          .filter(c -> c.getName().equals(name))
          .map(HttpCookie::getValue)
          .toList();
    }
  }

  private URI at(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String location(HttpResponse<?> response) {
    return response.headers().firstValue("Location").orElse("");
  }

  @Test
  void oneLoginOpensPagesRestEngineAndTasklistAndOneLogoutClosesAll() throws Exception {
    Visitor rita = new Visitor();
    assertThat(rita.get("/audits/" + Samples.GOOD).statusCode()).isEqualTo(302);
    String before = rita.cookie("JSESSIONID").get(0);

    HttpResponse<String> in = rita.login("rita", PASSWORD);
    assertThat(location(in)).endsWith("/audits/" + Samples.GOOD);
    assertThat(rita.cookie("JSESSIONID").get(0)).isNotEqualTo(before);
    assertThat(in.headers().allValues("Set-Cookie"))
        .anyMatch(
            c ->
                c.startsWith("JSESSIONID=")
                    && c.contains("HttpOnly")
                    && c.contains("SameSite=Lax"));

    assertThat(rita.get("/audits/" + Samples.GOOD).body())
        .contains("The group under 25 gets the favourable decision");
    assertThat(rita.get("/api/audits").statusCode()).isEqualTo(200);
    assertThat(rita.get("/engine-rest/engine").body()).contains("default");
    assertThat(rita.get("/camunda/app/tasklist/default/").body()).contains("tasklist");
    assertThat(rita.get("/camunda/api/admin/auth/user/default").body())
        .contains("\"userId\":\"rita\"");

    // One token for our pages and for the web applications.
    assertThat(rita.cookie("XSRF-TOKEN")).hasSize(1);
    String token = rita.cookie("XSRF-TOKEN").get(0);
    String count = "/camunda/api/engine/engine/default/task/count";
    assertThat(rita.post(count, "application/json", "{}", "X-XSRF-TOKEN", token).statusCode())
        .isEqualTo(200);
    assertThat(
            rita.post("/engine-rest/task/count", "application/json", "{}", "X-XSRF-TOKEN", token)
                .statusCode())
        .isEqualTo(200);
    assertThat(rita.post("/engine-rest/task/count", "application/json", "{}").statusCode())
        .isEqualTo(403);

    // Logging out in Tasklist ends everything.
    assertThat(
            rita.post(
                    "/camunda/api/admin/auth/user/default/logout",
                    "application/json",
                    "",
                    "X-XSRF-TOKEN",
                    token)
                .statusCode())
        .isEqualTo(200);
    assertThat(rita.get("/audits").statusCode()).isEqualTo(302);
    assertThat(rita.get("/camunda/app/tasklist/default/").statusCode()).isEqualTo(302);
  }

  @Test
  void tasklistFirstGivesTheSameOneToken() throws Exception {
    Visitor rita = new Visitor();
    rita.get("/camunda/app/tasklist/default/");
    assertThat(location(rita.login("rita", PASSWORD))).endsWith("/camunda/app/tasklist/default/");
    rita.get("/camunda/app/tasklist/default/");
    assertThat(rita.cookie("XSRF-TOKEN")).hasSize(1);
    assertThat(
            rita.post(
                    "/camunda/api/engine/engine/default/task/count",
                    "application/json",
                    "{}",
                    "X-XSRF-TOKEN",
                    rita.cookie("XSRF-TOKEN").get(0))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aForgedLogoutOfTasklistIsRefused() throws Exception {
    Visitor rita = new Visitor();
    rita.login("rita", PASSWORD);
    assertThat(
            rita.post("/camunda/api/admin/auth/user/default/logout", "text/plain", "").statusCode())
        .isEqualTo(403);
    assertThat(rita.get("/audits").statusCode()).isEqualTo(200);
  }

  @Test
  void anotherPersonInTheSameBrowserIsAnotherPersonInTasklistToo() throws Exception {
    Visitor browser = new Visitor();
    browser.login("rita", PASSWORD);
    browser.get("/camunda/app/tasklist/default/");
    browser.login("stan", PASSWORD);
    browser.get("/camunda/app/tasklist/default/");
    assertThat(browser.get("/camunda/api/admin/auth/user/default").body())
        .contains("\"userId\":\"stan\"");
  }

  @Test
  void aWrongPasswordIsRefusedAndMakesTheNextTryWait() throws Exception {
    String name = "w" + System.nanoTime();
    people.add(name);
    people.join(name, Roles.AUDITOR);
    Visitor visitor = new Visitor();
    assertThat(location(visitor.login(name, "wrong"))).endsWith("/login?error");
    assertThat(visitor.get("/login?error").body()).contains("The name or the password is wrong");
    assertThat(location(visitor.login(name, PASSWORD)))
        .as("the right password directly after a wrong one")
        .endsWith("/login?error");
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(4))
        .until(() -> location(visitor.login(name, PASSWORD)).endsWith("/audits"));
    people.remove(name);
    assertThat(visitor.get("/audits").statusCode()).as("a removed account").isEqualTo(302);
  }

  @Test
  void whatIsOpenOnOurPagesIsNotOpenBehindThePrefixOfAServlet() throws Exception {
    for (String path :
        List.of(
            "/engine-rest/assets/x",
            "/engine-rest/login",
            "/engine-rest/actuator/health",
            "/camunda/api/engine/login",
            "/camunda/api/admin/assets/x")) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(401);
    }
  }

  @Test
  void unknownNamesGetTheSameAnswer() throws Exception {
    assertThat(location(new Visitor().login("no-such-person", PASSWORD))).endsWith("/login?error");
  }

  @Test
  void theEnginesAuthorisationsApplyToItsRest() throws Exception {
    ReviewTask.start(engine, Samples.GOOD);
    Visitor rita = new Visitor();
    rita.login("rita", PASSWORD);
    assertThat(rita.get("/engine-rest/task").body()).contains("Review the audit");
    Visitor stan = new Visitor();
    stan.login("stan", PASSWORD);
    assertThat(stan.get("/engine-rest/task").body()).isEqualTo("[]");
    assertThat(stan.get("/engine-rest/user/rita/profile").statusCode()).isNotEqualTo(200);
    String boundary = "----b";
    String upload =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x.bpmn\"\r\n\r\n<x/>\r\n--"
            + boundary
            + "--\r\n";
    assertThat(
            stan.post(
                    "/engine-rest/deployment/create",
                    "multipart/form-data; boundary=" + boundary,
                    upload,
                    "X-XSRF-TOKEN",
                    stan.cookie("XSRF-TOKEN").get(0))
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void anUploadThatIsTooLargeIsRefusedInWords() throws Exception {
    Visitor stan = new Visitor();
    stan.login("stan", PASSWORD);
    stan.get("/start");
    HttpResponse<String> answer =
        stan.post(
            "/api/uploads",
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n"
                + "1,2\n".repeat(25_000)
                + "\r\n--b--\r\n",
            "X-XSRF-TOKEN",
            stan.cookie("XSRF-TOKEN").get(0));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("larger than this installation takes");
  }

  @Test
  void aProgramWithAPasswordLeavesNoSession() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(at("/api/audits"))
                    .header(
                        "Authorization",
                        "Basic "
                            + java.util.Base64.getEncoder()
                                .encodeToString(
                                    ("olga:" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                    .build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
  }

  @Test
  void aPageFollowsItsAudit() throws Exception {
    Visitor olga = new Visitor();
    olga.login("olga", PASSWORD);
    HttpResponse<java.util.stream.Stream<String>> stream =
        olga.client.send(
            HttpRequest.newBuilder(at("/audits/" + Samples.FRESH + "/events"))
                .header("Accept", "text/event-stream")
                .build(),
            BodyHandlers.ofLines());
    var lines = stream.body().iterator();
    assertThat(nextData(lines)).contains("\"state\":\"running\"").doesNotContain("\"working\"");
    store.progress(
        Samples.FRESH, new io.attest.audit.AuditStore.Step("explain", "tree-shap", 1, 4));
    assertThat(nextData(lines)).contains("\"working\"").contains("\"percent\":25");
    store.end(Samples.FRESH, "withdrawn");
    assertThat(nextData(lines)).contains("\"ended\":true");
  }

  private static String nextData(java.util.Iterator<String> lines) {
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("data:")) {
        return line;
      }
    }
    throw new AssertionError("The stream has ended.");
  }
}
