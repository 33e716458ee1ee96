package io.attest.process.door;

import io.attest.stage.DropFolder;
import io.attest.stage.Sources;
import io.attest.stage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Brings data from uploads, from files, and from any Camel endpoint: {@code https:}, {@code
 * file:folder?fileName=x}, {@code ftp:} and so on, as far as the component is on the class path.
 */
@Component
class CamelSources implements Sources {
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
  private static final long PATIENCE_MILLIS = 60_000;

  private final CamelContext camel;
  private final Uploads uploads;
  private final DropFolder dropFolder;

  CamelSources(@Lazy CamelContext camel, Uploads uploads, DropFolder dropFolder) {
    this.camel = camel;
    this.uploads = uploads;
    this.dropFolder = dropFolder;
  }

  @Override
  public void copy(String uri, Path base, Path target) throws IOException {
    if (uri.startsWith("upload:")) {
      copyFile(
          uri,
          uploads
              .find(uri)
              .orElseThrow(
                  () ->
                      new IOException(
                          "The upload " + uri + " is gone. Maybe upload the file again.")),
          target);
    } else if (uri.startsWith("drop:")) {
      copyFile(
          uri,
          dropFolder
              .find(uri)
              .orElseThrow(
                  () ->
                      new IOException(
                          "The file "
                              + uri.substring("drop:".length())
                              + " lies no longer in the drop folder. Maybe put it there again.")),
          target);
    } else if (!SCHEME.matcher(uri).matches()) {
      copyFile(uri, path(uri, base), target);
    } else if (uri.startsWith("file:") && Files.isRegularFile(plainFile(uri))) {
      copyFile(uri, plainFile(uri), target);
    } else if (uri.toLowerCase(Locale.ROOT).startsWith("http")) {
      request(uri, target);
    } else {
      receive(uri, target);
    }
  }

  private static Path path(String uri, Path base) throws IOException {
    try {
      return base.resolve(uri).normalize();
    } catch (InvalidPathException e) {
      throw new IOException("\"" + uri + "\" is neither a file name nor a URI.", e);
    }
  }

  private static Path plainFile(String uri) throws IOException {
    int query = uri.indexOf('?');
    String name = uri.substring("file:".length(), query < 0 ? uri.length() : query);
    return path(name.startsWith("//") ? name.substring(2) : name, Path.of(""));
  }

  private static void copyFile(String uri, Path file, Path target) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "There is no file "
              + file
              + ". Maybe the name "
              + uri
              + " is misspelt, or it was moved.");
    }
    try {
      Files.copy(file, target);
    } catch (FileSystemException e) {
      throw new IOException("Cannot copy " + file + ": " + e.getReason() + ".", e);
    }
  }

  private void request(String uri, Path target) throws IOException {
    try (ProducerTemplate producer = camel.createProducerTemplate()) {
      Exchange answer = producer.request(uri, exchange -> {});
      save(uri, answer, target);
    }
  }

  private void receive(String uri, Path target) throws IOException {
    // A file that is read stays where it is, and may be read again.
    String gentle =
        uri.startsWith("file:") && !uri.contains("noop=")
            ? uri + (uri.contains("?") ? "&" : "?") + "noop=true&idempotent=false"
            : uri;
    try (ConsumerTemplate consumer = camel.createConsumerTemplate()) {
      Exchange got;
      try {
        got = consumer.receive(gentle, PATIENCE_MILLIS);
      } catch (RuntimeException e) {
        throw new IOException("Cannot read from " + safe(uri) + ": " + e.getMessage(), e);
      }
      if (got == null) {
        throw new IOException(
            "Nothing came from "
                + safe(uri)
                + " within "
                + PATIENCE_MILLIS / 1000
                + " seconds. Maybe the file is not there yet.");
      }
      try {
        save(uri, got, target);
      } finally {
        consumer.doneUoW(got);
      }
    }
  }

  private static void save(String uri, Exchange exchange, Path target) throws IOException {
    if (exchange.getException() != null) {
      throw new IOException(
          "Cannot read from " + safe(uri) + ": " + exchange.getException().getMessage(),
          exchange.getException());
    }
    try (InputStream body = exchange.getMessage().getBody(InputStream.class)) {
      if (body == null) {
        throw new IOException(safe(uri) + " answered without content.");
      }
      Files.copy(body, target);
    }
  }

  /** The URI without what may be a secret. */
  private static String safe(String uri) {
    return org.apache.camel.util.URISupport.sanitizeUri(uri);
  }
}
