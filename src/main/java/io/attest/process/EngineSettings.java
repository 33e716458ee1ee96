package io.attest.process;

import io.attest.audit.AuditStore;
import io.attest.process.evidence.SealedHistory;
import io.attest.process.rules.PlainWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.auth.AuthorizationCommandChecker;
import org.camunda.bpm.engine.impl.cfg.multitenancy.TenantCommandChecker;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.incident.IncidentHandler;
import org.camunda.bpm.engine.impl.scripting.engine.ScriptEngineResolver;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * What must hold for every installation, and is therefore no key of a file: who may do what is
 * checked, nothing that came from outside is run as code, failures are seen.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class EngineSettings extends AbstractProcessEnginePlugin {
  private final BeanFactory beans;
  private final AttestProperties properties;
  private final Node node;
  private final List<IncidentHandler> incidentHandlers;
  private final List<BpmnParseListener> parseListeners;

  EngineSettings(
      BeanFactory beans,
      AttestProperties properties,
      Node node,
      List<IncidentHandler> incidentHandlers,
      List<BpmnParseListener> parseListeners) {
    this.parseListeners = parseListeners;
    this.beans = beans;
    this.node = node;
    this.properties = properties;
    this.incidentHandlers = incidentHandlers;
  }

  @Override
  public void preInit(ProcessEngineConfigurationImpl engine) {
    engine.setAuthorizationEnabled(true);
    engine.setDefaultUserPermissionForTask(Permissions.TASK_WORK);
    engine.setBeans(new ProcessBeans(beans));
    engine.setScriptEngineResolver(new NoScripts());
    engine.setDmnEngineConfiguration(tables());
    engine.setHistoryRemovalTimeProvider(new SealedHistory(() -> beans.getBean(AuditStore.class)));
    engine.setJavaSerializationFormatEnabled(false);
    engine.setDeserializationTypeValidationEnabled(true);
    engine.setEnablePasswordPolicy(true);
    engine.setUserResourceWhitelistPattern("[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}");
    // An error that no event catches would otherwise end its branch without a word.
    engine.setEnableExceptionsAfterUnhandledBpmnError(true);
    engine.setFailedJobRetryTimeCycle(
        properties.retries().stream().map(Duration::toString).collect(Collectors.joining(",")));
    engine.setCommandCheckers(
        new ArrayList<>(List.of(new TenantCommandChecker(), new NoDeploymentByUsers())));
    engine.setCustomIncidentHandlers(incidentHandlers);
    engine.setCustomPostBPMNParseListeners(
        with(engine.getCustomPostBPMNParseListeners(), parseListeners));
    engine.setCustomPreCommandInterceptorsTxRequired(
        with(engine.getCustomPreCommandInterceptorsTxRequired(), List.of(new PlainRefusals())));
  }

  @Override
  public void postInit(ProcessEngineConfigurationImpl engine) {
    // A known owner, so that the next run of this node can give back what this one held.
    engine.getJobExecutor().setLockOwner(node.name());
  }

  private static DefaultDmnEngineConfiguration tables() {
    DefaultDmnEngineConfiguration tables = new DefaultDmnEngineConfiguration();
    tables.setFeelEngineFactory(new PlainWords());
    return tables;
  }

  private static <T> List<T> with(List<T> some, List<? extends T> more) {
    List<T> all = some == null ? new ArrayList<>() : new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Refuses every script, whatever engines lie on the class path. */
  private static final class NoScripts implements ScriptEngineResolver {
    @Override
    public void addScriptEngineFactory(ScriptEngineFactory factory) {}

    @Override
    public ScriptEngineManager getScriptEngineManager() {
      return null;
    }

    @Override
    public ScriptEngine getScriptEngine(String language, boolean resolveFromCache) {
      throw new ProcessEngineException(
          "Attest runs no scripts, but a process asks for " + language + ". Maybe FEEL or a bean.");
    }
  }

  /**
   * A deployed process can run code, so no user may deploy, whatever else he may do: files in
   * {@code bpmn} beside the jar are the way.
   */
  private static final class NoDeploymentByUsers extends AuthorizationCommandChecker {
    @Override
    public void checkCreateDeployment() {
      if (Context.getCommandContext().getAuthenticatedUserId() != null) {
        throw new AuthorizationException(
            "Deploying from outside is switched off. Put the files into the folder bpmn beside the"
                + " jar and start again.");
      }
    }
  }
}
