package io.attest.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the bytes of a text file become characters: strictly, for a wrong guess would change names in
 * silence.
 *
 * @param mark length of the byte order mark that the file begins with
 * @param note what was detected, if anything
 */
record Encoding(Charset charset, int mark, Optional<String> note) {

  /** The byte order mark decides, then what was declared, then UTF-8. */
  static Encoding of(Path file, Optional<Charset> declared) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(3);
    }
    Charset marked = null;
    int mark = 2;
    if (begins(head, 0xEF, 0xBB, 0xBF)) {
      marked = StandardCharsets.UTF_8;
      mark = 3;
    } else if (begins(head, 0xFE, 0xFF)) {
      marked = StandardCharsets.UTF_16BE;
    } else if (begins(head, 0xFF, 0xFE)) {
      marked = StandardCharsets.UTF_16LE;
    }
    if (marked == null) {
      return new Encoding(declared.orElse(StandardCharsets.UTF_8), 0, Optional.empty());
    }
    boolean asDeclared =
        declared.isPresent()
            && (declared.get().equals(marked)
                || declared.get().equals(StandardCharsets.UTF_16) && mark == 2);
    String note = "A byte order mark says that the encoding is " + marked.name();
    if (declared.isPresent() && !asDeclared) {
      note += ", in place of the declared " + declared.get().name();
    }
    return new Encoding(marked, mark, asDeclared ? Optional.empty() : Optional.of(note + "."));
  }

  private static boolean begins(byte[] head, int... mark) {
    if (head.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((head[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  /** The text, without the byte order mark; malformed bytes are an exception. */
  Reader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      in.skipNBytes(mark);
      return new BufferedReader(new InputStreamReader(in, decoder()), 1 << 16);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private CharsetDecoder decoder() {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /** Says where the bytes stop to make sense in this encoding. */
  UnreadableTable malformed(Path file) throws IOException {
    long line = 1;
    String seen = "";
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(mark);
      CharsetDecoder decoder = decoder();
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
      CharBuffer chars = CharBuffer.allocate(1 << 16);
      boolean end = false;
      CoderResult result = CoderResult.UNDERFLOW;
      while (!end && !result.isError()) {
        int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = n < 0;
        bytes.position(bytes.position() + Math.max(0, n)).flip();
        result = decoder.decode(bytes, chars, end);
        chars.flip();
        String text = chars.toString();
        line += text.chars().filter(c -> c == '\n').count();
        seen = (seen + text).substring(Math.max(0, seen.length() + text.length() - 20));
        chars.clear();
        bytes.compact();
      }
    }
    int start = Math.max(seen.lastIndexOf('\n'), seen.lastIndexOf('\r')) + 1;
    return new UnreadableTable(
        file
            + ", line "
            + line
            + ": after '"
            + seen.substring(start)
            + "' come bytes that are not "
            + charset.name()
            + ". Maybe the file is in another encoding: say encoding: windows-1252, for instance.");
  }
}
