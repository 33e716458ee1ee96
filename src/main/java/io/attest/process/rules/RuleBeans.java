package io.attest.process.rules;

import io.attest.rules.RuleEngine;
import io.attest.stage.rules.RuleBench;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The bench for people who wait for its answer. */
@Configuration(proxyBeanMethods = false)
class RuleBeans {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @Bean
  RuleBench ruleBench(RuleEngine engine) {
    return new RuleBench(engine, LONGEST);
  }
}
