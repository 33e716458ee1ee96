package io.attest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;

/** Where the figures were taken. */
final class Machine {
  private Machine() {}

  static void describe(Sheet sheet, String command) {
    sheet.columns("", "");
    sheet.row("date", LocalDate.now().toString());
    sheet.row("command", "`" + command + "`");
    sheet.row(
        "processor",
        cpu("model name").orElse("unknown")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores"
            + (cpu("flags").orElse("").contains("avx512f") ? ", AVX-512" : ""));
    sheet.row("caches of a core", caches());
    sheet.row(
        "Java",
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.runtime.version")
            + ", "
            + (Runtime.getRuntime().maxMemory() >> 20)
            + " MiB heap");
    sheet.row("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    sheet.row("load before the start", load());
  }

  private static Optional<String> cpu(String key) {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  private static String caches() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      Path cache = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + i);
      try {
        if (!Files.readString(cache.resolve("type")).startsWith("Instruction")) {
          all.append(all.isEmpty() ? "L" : ", L")
              .append(Files.readString(cache.resolve("level")).strip())
              .append(' ')
              .append(Files.readString(cache.resolve("size")).strip());
        }
      } catch (IOException none) {
        break;
      }
    }
    return all.isEmpty() ? "unknown" : all.toString();
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (IOException notLinux) {
      return "unknown";
    }
  }
}
