package io.attest.web.api;

import io.attest.stage.DropFolder;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The files in the drop folder that an audit can be started on. */
@RestController
class DropFolderApi {
  private final DropFolder folder;

  DropFolderApi(DropFolder folder) {
    this.folder = folder;
  }

  @GetMapping("/api/drop-folder")
  List<DropFolder.Lying> files() {
    return folder.files();
  }
}
