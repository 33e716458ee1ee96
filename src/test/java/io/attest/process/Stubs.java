package io.attest.process;

import org.springframework.boot.test.context.TestConfiguration;

/** What other packages give to the process package, kept in memory. */
@TestConfiguration(proxyBeanMethods = false)
public class Stubs {}
