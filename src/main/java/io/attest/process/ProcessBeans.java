package io.attest.process;

import java.util.AbstractMap;
import java.util.Set;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.beans.factory.BeanFactory;

/**
 * The beans that an expression in a process may name: listeners and delegates, and nothing else of
 * the application. Looked up when asked for, since they need the engine that asks.
 */
final class ProcessBeans extends AbstractMap<Object, Object> {
  private final BeanFactory beans;

  ProcessBeans(BeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public boolean containsKey(Object name) {
    return name instanceof String text && beans.containsBean(text) && allowed(beans.getType(text));
  }

  @Override
  public Object get(Object name) {
    return containsKey(name) ? beans.getBean((String) name) : null;
  }

  private static boolean allowed(Class<?> type) {
    return type != null
        && (ExecutionListener.class.isAssignableFrom(type)
            || TaskListener.class.isAssignableFrom(type)
            || JavaDelegate.class.isAssignableFrom(type));
  }

  /** Not listed: an expression asks by name. */
  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return Set.of();
  }
}
