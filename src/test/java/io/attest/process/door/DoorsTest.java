package io.attest.process.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EventStore;
import io.attest.audit.EventStore.AuditEvent;
import io.attest.audit.EventStore.Delivery;
import io.attest.model.ModelSpec;
import io.attest.process.Address;
import io.attest.process.AttestProperties;
import io.attest.process.OneAtATime;
import io.attest.stage.Snapshots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import org.mockito.Mockito;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What leaves through the doors, received by a server that is sometimes ill. */
class DoorsTest {
  private static final String SECRET = "a-secret-of-some-length";
  private static final String ID = "ATT-m-20261122-1";

  /** What arrived. */
  private record Got(String path, Map<String, String> headers, byte[] body) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }
  }

  private static final class Moving extends Clock {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private final Moving clock = new Moving();
  private final Queue<Got> got = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> answers = new ArrayDeque<>();

  /** An answer waits for it. */
  private volatile CountDownLatch answering = new CountDownLatch(0);

  private HttpServer server;
  private ExecutorService threads;
  private AuditStore audits;
  private EventStore events;

  @BeforeEach
  void open() throws IOException {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    audits = new AuditStore(JdbcClient.create(source), clock);
    events = new EventStore(JdbcClient.create(source));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          Map<String, String> headers = new java.util.HashMap<>();
          exchange
              .getRequestHeaders()
              .forEach((k, v) -> headers.put(k.toLowerCase(java.util.Locale.ROOT), v.get(0)));
          got.add(new Got(exchange.getRequestURI().getPath(), headers, body));
          int answer = Optional.ofNullable(answers.poll()).orElse(200);
          try {
            answering.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          byte[] words = "said <so>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer, words.length);
          exchange.getResponseBody().write(words);
          exchange.close();
        });
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private String here(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private static AttestProperties properties(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("attest", AttestProperties.class);
  }

  private Webhook webhook(String url, String secret, String patience) {
    Address address = Mockito.mock(Address.class);
    Mockito.when(address.of(ArgumentMatchers.anyString()))
        .thenAnswer(call -> "https://attest.example.org" + call.getArgument(0));
    return new Webhook(
        properties(
            Map.of(
                "attest.webhook.url", url,
                "attest.webhook.secret", secret,
                "attest.webhook.patience", patience)),
        audits,
        address,
        clock);
  }

  private Tellings tellings(Door... doors) {
    OneAtATime turn = Mockito.mock(OneAtATime.class);
    Mockito.when(turn.call(ArgumentMatchers.<Supplier<Object>>any()))
        .thenAnswer(call -> call.<Supplier<Object>>getArgument(0).get());
    return new Tellings(
        List.of(doors),
        events,
        turn,
        properties(Map.of("attest.tell-again[0]", "PT10S", "attest.tell-again[1]", "PT1M")),
        clock);
  }

  private void audit(String id) {
    audits.create(
        new Audit(
            id,
            "m",
            "Model <b>",
            "high",
            "a reason that stays in the house",
            "",
            "page",
            "stan",
            clock.instant(),
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
  }

  private int tell(Tellings tellings) {
    List<Delivery> due = tellings.due();
    due.forEach(tellings::tell);
    return due.size();
  }

  @Test
  void eachThingThatHappensIsToldOnceAndSigned() throws Exception {
    audit("ATT-old");
    clock.now = clock.now.plusSeconds(1);
    Tellings tellings = tellings(webhook(here("/hook"), SECRET, "PT5S"));
    assertThat(tell(tellings)).as("what was before the door opened").isZero();

    audit(ID);
    audits.verdict(ID, "warn");
    audits.verdict(ID, "warn"); // the stage was repeated
    audits.state(ID, "waiting");
    audits.state(ID, "waiting");
    audits.end(ID, "approved-with-conditions");
    audits.end(ID, "withdrawn");
    assertThat(tell(tellings)).isEqualTo(4);
    assertThat(tell(tellings)).isZero();

    assertThat(got)
        .extracting(g -> g.json().path("event").asText())
        .containsExactly("audit.started", "audit.verdict", "audit.waiting", "audit.approved");
    for (Got one : got) {
      String header = one.headers().get("attest-signature");
      long seconds = Long.parseLong(header.replaceAll("t=(\\d+),v1=.*", "$1"));
      assertThat(header)
          .endsWith(
              "v1="
                  + Webhook.signature(
                      SECRET.getBytes(StandardCharsets.UTF_8), seconds, one.body()));
      assertThat(one.headers().get("idempotency-key")).isEqualTo(one.json().path("id").asText());
      assertThat(new String(one.body(), StandardCharsets.UTF_8))
          .doesNotContain(SECRET)
          .doesNotContain("stays in the house");
    }
    JsonNode last = got.stream().reduce((a, b) -> b).orElseThrow().json();
    assertThat(last.at("/audit/state").asText()).isEqualTo("approved-with-conditions");
    assertThat(last.at("/audit/verdict").asText()).isEqualTo("warn");
    assertThat(last.at("/audit/link").asText()).endsWith("/audits/" + ID);
    assertThat(events.of(ID)).extracting(Delivery::state).containsOnly("told");
  }

  /** From RFC 4231, test case 2, with the dot and the seconds before it left out by hand. */
  @Test
  void theSignatureIsHmacSha256OfSecondsDotBody() throws Exception {
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(
        new javax.crypto.spec.SecretKeySpec("Jefe".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] all = mac.doFinal("17.what do ya want for nothing?".getBytes(StandardCharsets.UTF_8));
    assertThat(
            Webhook.signature(
                "Jefe".getBytes(StandardCharsets.UTF_8),
                17,
                "what do ya want for nothing?".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(java.util.HexFormat.of().formatHex(all))
        .hasSize(64);
  }

  @Test
  void whatFailsIsToldAgainAfterGrowingWaitsAndGivenUpVisibly() {
    Tellings tellings = tellings(webhook(here("/hook"), SECRET, "PT5S"));
    tell(tellings);
    audit(ID);
    answers.addAll(List.of(500, 503, 500));
    assertThat(tell(tellings)).isEqualTo(1);
    assertThat(tell(tellings)).as("not before its time").isZero();
    clock.now = clock.now.plusSeconds(10);
    assertThat(tell(tellings)).isEqualTo(1);
    clock.now = clock.now.plusSeconds(59);
    assertThat(tell(tellings)).isZero();
    clock.now = clock.now.plusSeconds(1);
    assertThat(tell(tellings)).isEqualTo(1);
    clock.now = clock.now.plus(Duration.ofDays(2));
    assertThat(tell(tellings)).isZero();

    assertThat(got).hasSize(3);
    assertThat(got.stream().map(g -> g.headers().get("idempotency-key")).distinct()).hasSize(1);
    assertThat(events.of(ID))
        .singleElement()
        .returns("given-up", Delivery::state)
        .returns(3, Delivery::attempts)
        .satisfies(d -> assertThat(d.answer()).contains("HTTP 500", "said <so>"));
    assertThat(events.tallies()).containsExactly(new EventStore.Tally("webhook", "given-up", 1));
  }

  @Test
  void whoeverStopsWhileTellingLeavesItForLater() {
    Tellings tellings = tellings(webhook(here("/hook"), SECRET, "PT5S"));
    tell(tellings);
    audit(ID);
    assertThat(tellings.due()).hasSize(1); // and the machine stops here
    assertThat(tell(tellings)).isZero();
    clock.now = clock.now.plus(Duration.ofMinutes(11));
    assertThat(tell(tellings)).isEqualTo(1);
    assertThat(events.of(ID)).extracting(Delivery::state).containsExactly("told");
  }

  @Test
  void aSlowReceiverIsNotWaitedForAndARedirectIsNotFollowed() {
    Tellings tellings = tellings(webhook(here("/hook"), SECRET, "PT0.2S"));
    tell(tellings);
    audit(ID);
    answering = new CountDownLatch(1);
    tell(tellings); // comes back although there is no answer
    assertThat(events.of(ID)).extracting(Delivery::state).containsExactly("waiting");
    answering.countDown();
    answers.add(307);
    clock.now = clock.now.plusSeconds(10);
    tell(tellings(webhook(here("/hook"), SECRET, "PT1M")));
    assertThat(events.of(ID)).first().satisfies(d -> assertThat(d.answer()).contains("HTTP 307"));
  }

  @Test
  void anAddressThatOthersCanReadAlongIsRefused() {
    assertThatThrownBy(() -> webhook("http://example.org/x", SECRET, "PT1S"))
        .hasMessageContaining("attest.webhook.url")
        .hasMessageContaining("https");
    assertThatThrownBy(() -> webhook("https://ada:pw@example.org/x", SECRET, "PT1S"))
        .hasMessageContaining("name or password")
        .hasMessageNotContaining("pw@");
    assertThatThrownBy(() -> webhook("ftp://example.org/x", SECRET, "PT1S"))
        .hasMessageContaining("no address");
    assertThatThrownBy(() -> webhook("https://example.org/x", "short", "PT1S"))
        .hasMessageContaining("ATTEST_WEBHOOK_SECRET")
        .hasMessageNotContaining("short");
    assertThat(
            properties(Map.of("attest.webhook.secret", SECRET, "attest.mlflow.token", SECRET))
                .toString())
        .doesNotContain(SECRET);
  }

  private MlflowTags mlflow(Map<String, String> settings, Snapshots snapshots) {
    return new MlflowTags(properties(settings), audits, snapshots);
  }

  @Test
  void verdictAndDecisionBecomeTagsOfTheModelVersion() throws Exception {
    audit(ID);
    audits.save(ID, MlflowSample.ingested());
    audits.save(ID, MlflowSample.reported());
    audits.verdict(ID, "pass");
    Snapshots snapshots = Mockito.mock(Snapshots.class);
    ModelSpec spec = MlflowSample.spec("2", Optional.of("credit-pd"), Optional.of("7"));
    Mockito.when(snapshots.spec(ArgumentMatchers.any())).thenReturn(spec);
    MlflowTags tags =
        mlflow(
            Map.of("attest.mlflow.uri", here("/base/"), "attest.mlflow.token", SECRET), snapshots);
    AuditEvent verdict = event("verdict", "running", Optional.of("pass"));
    assertThat(tags.tell(verdict)).contains("credit-pd, version 7");
    assertThat(got)
        .hasSize(5)
        .allSatisfy(
            g -> {
              assertThat(g.path()).isEqualTo("/base/api/2.0/mlflow/model-versions/set-tag");
              assertThat(g.headers().get("authorization")).isEqualTo("Bearer " + SECRET);
              assertThat(g.json().path("name").asText()).isEqualTo("credit-pd");
              assertThat(g.json().path("version").asText()).isEqualTo("7");
            });
    assertThat(got)
        .extracting(g -> g.json().path("key").asText() + "=" + g.json().path("value").asText())
        .containsExactly(
            "attest.audit=" + ID,
            "attest.verdict=pass",
            "attest.state=running",
            "attest.approved-until=",
            "attest.report-sha256=" + "b".repeat(64));

    got.clear();
    assertThat(tags.tell(event("waiting", "waiting", Optional.empty()))).contains("Nothing to set");
    assertThat(got).isEmpty();
  }

  @Test
  void withoutAVersionOfMlflowItIsGivenUpWithWhatToDo() {
    Snapshots snapshots = Mockito.mock(Snapshots.class);
    ModelSpec spec = MlflowSample.spec("1.2.0", Optional.empty(), Optional.empty());
    Mockito.when(snapshots.spec(ArgumentMatchers.any())).thenReturn(spec);
    Tellings tellings = tellings(mlflow(Map.of("attest.mlflow.uri", here("")), snapshots));
    tell(tellings);
    audit(ID);
    audits.save(ID, MlflowSample.ingested());
    audits.verdict(ID, "pass");
    tell(tellings);
    assertThat(events.of(ID)).extracting(Delivery::state).containsExactly("told", "given-up");
    assertThat(events.of(ID).get(1).answer()).contains("mlflow: {version: ...}");
    assertThat(got).isEmpty();
  }

  private static AuditEvent event(String event, String state, Optional<String> verdict) {
    return new AuditEvent(
        UUID.randomUUID().toString(), 1, ID, event, Instant.EPOCH, state, verdict, 1);
  }
}
