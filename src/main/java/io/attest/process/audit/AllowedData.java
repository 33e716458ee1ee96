package io.attest.process.audit;

import io.attest.process.AttestProperties;
import io.attest.process.Refusal;
import io.attest.stage.DropFolder;
import io.attest.stage.Uploads;
import org.springframework.stereotype.Component;

/**
 * Which data a person may name in place of the registered ones. A URI can reach into the machine
 * and its network, so there are few.
 */
@Component
public class AllowedData {
  private static final int LONGEST = 1000;

  private final Uploads uploads;
  private final DropFolder dropFolder;
  private final AttestProperties properties;

  AllowedData(Uploads uploads, DropFolder dropFolder, AttestProperties properties) {
    this.uploads = uploads;
    this.dropFolder = dropFolder;
    this.properties = properties;
  }

  /**
   * Lets it pass, or not.
   *
   * @throws Refusal if it is neither an upload, nor in the drop folder, nor of {@code
   *     attest.data-uris}
   */
  public void check(String data) {
    if (data.length() > LONGEST) {
      throw new Refusal("The name of the data is longer than " + LONGEST + " characters.");
    }
    if (uploads.find(data).isEmpty()
        && dropFolder.find(data).isEmpty()
        && properties.dataUris().stream().noneMatch(data::startsWith)) {
      throw new Refusal(
          "The data \""
              + data
              + "\" is no uploaded file, lies not in the drop folder, and begins with none of"
              + " attest.data-uris "
              + properties.dataUris()
              + ". Maybe upload the file first.");
    }
  }
}
