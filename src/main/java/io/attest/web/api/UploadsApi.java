package io.attest.web.api;

import io.attest.stage.Uploads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Takes data files that replace the registered data of one audit. */
@RestController
class UploadsApi {
  private static final List<String> KINDS = List.of("csv", "xlsx", "parquet", "jsonl");
  private static final int LOOKED_AT = 4096;

  private final Uploads uploads;

  UploadsApi(Uploads uploads) {
    this.uploads = uploads;
  }

  /**
   * @param data what to give as {@code data} when starting an audit
   */
  record Uploaded(String data, long bytes) {}

  @PostMapping(path = "/api/uploads", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  Uploaded upload(@RequestPart("file") MultipartFile file) throws IOException {
    String name = file.getOriginalFilename() == null ? "" : file.getOriginalFilename();
    String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (!name.contains(".") || !KINDS.contains(kind)) {
      throw new IllegalArgumentException(
          "The name of the file must end in one of ." + String.join(", .", KINDS) + ".");
    }
    if (file.isEmpty()) {
      throw new IllegalArgumentException("The file is empty.");
    }
    try (InputStream in = new BufferedInputStream(file.getInputStream(), 1 << 16)) {
      in.mark(LOOKED_AT);
      byte[] start = in.readNBytes(LOOKED_AT);
      in.reset();
      mustLookLike(kind, start);
      return new Uploaded(uploads.keep(name, in), file.getSize());
    }
  }

  /** Says at once what would otherwise fail minutes later in another place. */
  private static void mustLookLike(String kind, byte[] start) {
    boolean zip = begins(start, 'P', 'K', 3, 4);
    boolean parquet = begins(start, 'P', 'A', 'R', '1');
    boolean fits =
        switch (kind) {
          case "xlsx" -> zip;
          case "parquet" -> parquet;
          // UTF-16 text has zero bytes too, but it says so with its first two.
          default -> !zip && !parquet && (utf16(start) || indexOfZero(start) < 0);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "The content is not what the ending ." + kind + " promises. Maybe it was renamed.");
    }
  }

  private static boolean begins(byte[] start, int... with) {
    byte[] expected = new byte[with.length];
    for (int i = 0; i < with.length; i++) {
      expected[i] = (byte) with[i];
    }
    return start.length >= expected.length
        && Arrays.equals(start, 0, expected.length, expected, 0, expected.length);
  }

  private static boolean utf16(byte[] start) {
    return begins(start, 0xFF, 0xFE) || begins(start, 0xFE, 0xFF);
  }

  private static int indexOfZero(byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (start[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
