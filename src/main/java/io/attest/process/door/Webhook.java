package io.attest.process.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EventStore.AuditEvent;
import io.attest.process.Address;
import io.attest.process.AttestProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Posts each event to one address, signed. The header {@code Attest-Signature} is {@code
 * t=<seconds>,v1=<hex>}, where {@code v1} is HMAC-SHA256 of {@code <seconds>.<body>}: whoever knows
 * the secret can tell that it came from here, unchanged and lately. {@code Idempotency-Key} is the
 * id of the event, the same however often it is posted.
 */
@Component
class Webhook implements Door {
  private static final int SHORTEST_SECRET = 16;

  private final Optional<URI> url;
  private final byte[] secret;
  private final Posting posting;
  private final AuditStore audits;
  private final Address address;
  private final Clock clock;
  private final ObjectMapper json = JsonMapper.builder().build();

  Webhook(AttestProperties properties, AuditStore audits, Address address, Clock clock) {
    AttestProperties.WebhookSettings settings = properties.webhook();
    this.url = settings.url().map(u -> SafeAddress.of("attest.webhook.url", u));
    this.secret = settings.secret().orElse("").getBytes(StandardCharsets.UTF_8);
    if (url.isPresent() && secret.length < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "attest.webhook.url is set, but attest.webhook.secret has fewer than "
              + SHORTEST_SECRET
              + " characters. Set the environment variable ATTEST_WEBHOOK_SECRET to a random text.");
    }
    this.posting = new Posting(settings.patience());
    this.audits = audits;
    this.address = address;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public boolean open() {
    return url.isPresent();
  }

  @Override
  public String tell(AuditEvent event) throws IOException, InterruptedException {
    byte[] body = body(event);
    long seconds = clock.instant().getEpochSecond();
    return posting.post(
        url.orElseThrow(),
        Map.of(
            "Idempotency-Key",
            event.id(),
            "Attest-Event",
            "audit." + event.event(),
            "Attest-Signature",
            "t=" + seconds + ",v1=" + signature(secret, seconds, body)),
        body);
  }

  private byte[] body(AuditEvent event) throws JsonProcessingException {
    Audit audit = audits.get(event.audit());
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("id", audit.id());
    about.put("model", audit.model());
    about.put("modelName", audit.modelName());
    about.put("tier", audit.tier());
    about.put("state", event.state());
    about.put("verdict", event.verdict().orElse(null));
    about.put("round", event.round());
    about.put("startedAt", audit.startedAt().toString());
    about.put("link", address.of("/audits/" + audit.id()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", event.id());
    body.put("sequence", event.position());
    body.put("event", "audit." + event.event());
    body.put("at", event.at().toString());
    body.put("audit", about);
    return json.writeValueAsBytes(body);
  }

  /** Lower-case hex of HMAC-SHA256 over the seconds, a dot, and the body. */
  static String signature(byte[] secret, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java lacks HmacSHA256.", e);
    }
  }
}
