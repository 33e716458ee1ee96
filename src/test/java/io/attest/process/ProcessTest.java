package io.attest.process;

import io.attest.Attest;
import org.springframework.boot.test.context.SpringBootTest;

/** One application context for all tests of the process packages, on a database in memory. */
@SpringBootTest(
    classes = {Attest.class, Stubs.class},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:process;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "attest.home=src/test/resources/process",
      "attest.data=target/process-test/data",
      "attest.worker=test",
      "attest.workers=3",
      "attest.lock=PT1.5S",
      "attest.poll=PT5S",
      "attest.retries=PT0.2S,PT0.3S",
      "attest.sample=false"
    })
public abstract class ProcessTest {}
