package io.attest.process.door;

import java.net.URI;
import java.util.Set;

/** Looks at an address that something confidential is sent to. */
final class SafeAddress {
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

  private SafeAddress() {}

  /**
   * An address that nobody on the way can read along with.
   *
   * @param key the setting, for the message
   * @throws IllegalArgumentException if it is neither https nor on this machine, or carries a
   *     password
   */
  static URI of(String key, String text) {
    URI uri = plain(key, text);
    if (!"https".equals(uri.getScheme()) && !HERE.contains(uri.getHost())) {
      throw new IllegalArgumentException(
          key
              + " is "
              + text
              + ". Maybe https://...: plain http is only for an address on this machine.");
    }
    return uri;
  }

  /**
   * An address of the web.
   *
   * @throws IllegalArgumentException if it is none, or carries a password, which logs would show
   */
  static URI plain(String key, String text) {
    URI uri;
    try {
      uri = URI.create(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + " is no address. Maybe https://...", e);
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          key + " carries a name or password. Leave them out: addresses show in logs.");
    }
    if (uri.getHost() == null || !Set.of("http", "https").contains(uri.getScheme())) {
      throw new IllegalArgumentException(key + " is " + text + ", no address. Maybe https://...");
    }
    return uri;
  }
}
