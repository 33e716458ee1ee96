package io.attest.process;

import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in plain words which key of the configuration Attest does not know. */
class UnknownKey extends AbstractFailureAnalyzer<BindException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, BindException cause) {
    if (!(cause.getCause() instanceof UnboundConfigurationPropertiesException unbound)
        || !cause.getName().toString().startsWith("attest")) {
      return null;
    }
    String keys =
        unbound.getUnboundProperties().stream()
            .map(UnknownKey::describe)
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining("\n  ", "\n  ", ""));
    return new FailureAnalysis(
        "The configuration has keys that Attest does not know:" + keys,
        "Maybe a word is misspelt. All keys, with what they mean, are in docs/operations.md.",
        cause);
  }

  private static String describe(ConfigurationProperty property) {
    return property.getName() + " (" + property.getOrigin() + ")";
  }
}
