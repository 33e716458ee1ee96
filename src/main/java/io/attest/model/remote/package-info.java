/**
 * Models that run on a server and are asked over HTTP in the Open Inference Protocol, version 2, as
 * KServe, Triton and MLServer speak it. Imports {@code model}, the JDK's HTTP client and Jackson.
 */
package io.attest.model.remote;
