package io.attest.process;

import io.attest.audit.obligation.Register;
import io.attest.audit.obligation.RegisterReader;
import io.attest.stage.Registers;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * The registers in {@code config/obligations}, packed or the installation's own, file by file. Read
 * at the start, so that a wrong file is told before anything runs, and whenever they are asked for.
 */
@Component
class DeclaredRegisters implements Registers {
  private static final String FOLDER = "config/obligations";

  private final ContentFolders folders;

  DeclaredRegisters(ContentFolders folders) {
    this.folders = folders;
    UnusableContent.unlessUsable(this::all);
  }

  @Override
  public List<Register> all() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    folders
        .list(FOLDER)
        .forEach(
            (name, content) -> {
              if (name.endsWith(".yaml")) {
                files.put(name, content.bytes());
              }
            });
    return RegisterReader.read(files);
  }
}
