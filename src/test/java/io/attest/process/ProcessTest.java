package io.attest.process;

import io.attest.Attest;
import org.springframework.boot.test.context.SpringBootTest;

/** One application context for all tests of the process package, on a database in memory. */
@SpringBootTest(
    classes = Attest.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:process;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "attest.home=src/test/resources/process",
      "attest.data=target/process-test/data",
      "attest.sample=false"
    })
abstract class ProcessTest {}
