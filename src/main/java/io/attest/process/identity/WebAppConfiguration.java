package io.attest.process.identity;

import java.util.Map;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts Tasklist, Cockpit and Admin behind our login. */
@Configuration(proxyBeanMethods = false)
class WebAppConfiguration {

  /**
   * After the filters of Spring Security, which know who it is, and before those of the web
   * applications, which ask: they come last, having no order.
   */
  private static final int AFTER_SECURITY = 101;

  @Bean
  FilterRegistrationBean<ContainerBasedAuthenticationFilter> webAppLogin() {
    var registration = new FilterRegistrationBean<>(new ContainerBasedAuthenticationFilter());
    registration.setInitParameters(Map.of("authentication-provider", WebAppLogin.class.getName()));
    registration.addUrlPatterns("/camunda/app/*", "/camunda/api/*");
    registration.setOrder(AFTER_SECURITY);
    return registration;
  }
}
