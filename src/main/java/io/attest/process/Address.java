package io.attest.process;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The address under which people reach this Attest. */
@Component
public class Address {
  private final AttestProperties properties;
  private final Environment environment;

  Address(AttestProperties properties, Environment environment) {
    this.properties = properties;
    this.environment = environment;
  }

  /**
   * The address of a page.
   *
   * @param path begins with a slash
   */
  public String of(String path) {
    return properties.url().map(url -> url.replaceFirst("/+$", "")).orElseGet(() -> here(host()))
        + path;
  }

  /** The address of a page, for whoever sits at this machine. */
  public String local(String path) {
    return properties
            .url()
            .map(url -> url.replaceFirst("/+$", ""))
            .orElseGet(() -> here("localhost"))
        + path;
  }

  private String here(String host) {
    String port =
        environment.getProperty(
            "local.server.port", environment.getProperty("server.port", "8080"));
    String scheme =
        environment.getProperty("server.ssl.enabled", "false").equals("true") ? "https" : "http";
    return scheme + "://" + host + ":" + port;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
