package io.attest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts Attest. */
@SpringBootApplication
public class Attest {
  public static void main(String[] args) {
    SpringApplication.run(Attest.class, args);
  }
}
