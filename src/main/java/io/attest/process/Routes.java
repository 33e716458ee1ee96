package io.attest.process;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.stereotype.Component;

/**
 * Loads the routes of the content folder {@code routes}, each once, from the place that wins.
 *
 * <p>Camel's own include pattern would load a packed and an outside copy of one route both.
 */
@Component
class Routes implements CamelContextConfiguration {
  private final ContentFolders folders;

  Routes(ContentFolders folders) {
    this.folders = folders;
  }

  @Override
  public void beforeApplicationStart(CamelContext camel) {
    List<Resource> routes =
        folders.list("routes").values().stream()
            .filter(content -> content.name().endsWith(".camel.yaml"))
            .map(content -> ResourceHelper.fromBytes(content.name(), content.bytes()))
            .toList();
    for (Resource route : routes) {
      try {
        PluginHelper.getRoutesLoader(camel).loadRoutes(route);
      } catch (Exception e) {
        throw new IllegalStateException(
            "Cannot load the route file " + route.getLocation() + ": " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void afterApplicationStart(CamelContext camel) {}
}
