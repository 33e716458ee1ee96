package io.attest.web.security;

import io.attest.stage.Accounts;
import io.attest.web.Roles;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Who may open which address. Two chains, because the engine's web applications under {@code
 * /camunda} bring their own token check and their own content policy; login, session and token are
 * the same.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityRules {

  /** Scripts and styles come from here and nowhere else, and nothing is written into the page. */
  static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /** Where Tasklist, Cockpit and Admin say that the person wants to leave. */
  private static final RequestMatcher WEB_APP_LOGOUT =
      Address.post("/camunda/api/admin/auth/user/{engine}/logout");

  private final SessionToken tokens = new SessionToken();
  private final Refusals refusals = new Refusals();

  @Bean
  @Order(1)
  SecurityFilterChain webApplications(HttpSecurity http, Accounts accounts) throws Exception {
    common(http, accounts, false);
    http.securityMatcher(Address.of("/camunda", "/camunda/**"));
    http.authorizeHttpRequests(
        rules ->
            rules
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                .permitAll()
                // There is one login, and the first administrator is made at the first start.
                .requestMatchers(
                    Address.of(
                        "/camunda/api/admin/auth/user/{engine}/login/**",
                        "/camunda/api/admin/setup/**",
                        "/camunda/app/admin/{engine}/setup/**"))
                .denyAll()
                .anyRequest()
                .authenticated());
    // Their own filter checks the token, except where we end the session before it is asked.
    http.csrf(csrf -> csrf.requireCsrfProtectionMatcher(WEB_APP_LOGOUT));
    http.logout(
        logout ->
            logout
                .logoutRequestMatcher(WEB_APP_LOGOUT)
                .deleteCookies("JSESSIONID")
                .logoutSuccessHandler(new HttpStatusReturningLogoutSuccessHandler()));
    RequestMatcher versioned =
        Address.of(
            "/camunda/lib/**",
            "/camunda/assets/**",
            "/camunda/app/{app}/{file}",
            "/camunda/app/{app}/locales/**");
    http.headers(
        headers ->
            headers
                .cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                .addHeaderWriter(
                    new DelegatingRequestMatcherHeaderWriter(
                        new NegatedRequestMatcher(versioned), new CacheControlHeadersWriter())));
    return http.build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain pagesAndRest(HttpSecurity http, Accounts accounts) throws Exception {
    common(http, accounts, true);
    http.authorizeHttpRequests(
        rules ->
            rules
                .dispatcherTypeMatchers(
                    DispatcherType.ERROR, DispatcherType.ASYNC, DispatcherType.FORWARD)
                .permitAll()
                .requestMatchers(Address.of("/login", "/assets/**", "/favicon.ico"))
                .permitAll()
                .requestMatchers(Address.get("/actuator/health", "/actuator/health/liveness"))
                .permitAll()
                .requestMatchers(Address.get("/actuator/prometheus"))
                .hasAnyRole(Roles.AUDITOR, Roles.ADMINISTRATOR)
                .requestMatchers(Address.of("/actuator", "/actuator/**"))
                .hasRole(Roles.ADMINISTRATOR)
                .requestMatchers(Address.get("/api/drop-folder"))
                .hasAnyRole(Roles.starters())
                .requestMatchers(
                    Address.of("/evidence", "/evidence/**", "/api/evidence", "/api/evidence/**"))
                .hasAnyRole(Roles.keepers())
                .requestMatchers(
                    Address.get(
                        "/api/**",
                        "/audits",
                        "/audits/**",
                        "/decisions",
                        "/decisions/**",
                        "/models",
                        "/models/**",
                        "/rules/**"))
                .hasAnyRole(Roles.readers())
                .requestMatchers(
                    Address.post(
                        "/audits/{id}/withdrawal",
                        "/api/audits/{id}/withdrawal",
                        "/api/audits/{id}/withdrawal/confirm"))
                .hasAnyRole(Roles.deciders())
                .requestMatchers(Address.of("/absence", "/absence/{id}/end"))
                .hasAnyRole(Roles.readers())
                .requestMatchers(Address.post("/api/absences", "/api/absences/{id}/end"))
                .hasAnyRole(Roles.readers())
                .requestMatchers(Address.post("/rules/test", "/api/rules/test"))
                .hasAnyRole(Roles.ruleTesters())
                .requestMatchers(Address.post("/api/audits/{id}/cancel", "/audits/{id}/cancel"))
                .hasAnyRole(Roles.cancellers())
                // Asks, and changes nothing: a POST only because the values of a case are long.
                .requestMatchers(
                    Address.post(
                        "/api/audits/{id}/case", "/audits/{id}/case", "/audits/{id}/case/what-if"))
                .hasAnyRole(Roles.readers())
                .requestMatchers(
                    Address.of("/api/**", "/audits", "/audits/**", "/start", "/rules/**"))
                .hasAnyRole(Roles.starters())
                // In /engine-rest the engine's authorisations decide what each person may do.
                .anyRequest()
                .authenticated());
    http.formLogin(
        form -> form.loginPage("/login").defaultSuccessUrl("/audits").failureUrl("/login?error"));
    http.httpBasic(basic -> basic.authenticationEntryPoint(refusals));
    http.csrf(csrf -> csrf.ignoringRequestMatchers(Callers::isProgramWithPassword));
    http.logout(logout -> logout.logoutSuccessUrl("/login?bye").deleteCookies("JSESSIONID"));
    http.headers(
        headers ->
            headers
                .contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_POLICY))
                .permissionsPolicyHeader(
                    p -> p.policy("camera=(), microphone=(), geolocation=(), payment=()")));
    return http.build();
  }

  private void common(HttpSecurity http, Accounts accounts, boolean inName) throws Exception {
    var requests = new HttpSessionRequestCache();
    requests.setRequestMatcher(SecurityRules::worthComingBackTo);
    requests.setMatchingRequestParameterName(null);
    http.requestCache(cache -> cache.requestCache(requests));
    // A new session at login: what somebody planted in the old one is gone.
    http.sessionManagement(session -> session.sessionFixation(fix -> fix.newSession()));
    http.csrf(
        csrf -> csrf.csrfTokenRepository(tokens).csrfTokenRequestHandler(new TokenInRequest()));
    http.exceptionHandling(
        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals));
    http.headers(
        headers ->
            headers
                .referrerPolicy(r -> r.policy(ReferrerPolicy.SAME_ORIGIN))
                .frameOptions(HeadersConfigurer.FrameOptionsConfig::deny));
    http.addFilterAfter(new TellToken(tokens, !inName), CsrfFilter.class);
    http.addFilterBefore(new CurrentAccount(accounts, inName), AuthorizationFilter.class);
  }

  private static boolean worthComingBackTo(HttpServletRequest request) {
    return HttpMethod.GET.matches(request.getMethod())
        && Callers.opensPage(request)
        && !request.getRequestURI().endsWith("/review")
        && !request.getRequestURI().contains("/files/");
  }
}
