/**
 * The stages of an audit, one small class each: load what earlier stages left, call the pure code,
 * save the section. Also the ports through which they reach what they must not know: the process
 * engine, Camel. What is asked of audits besides is in packages of its own below, which import this
 * one and never the other way. Imports {@code report}, {@code audit} and everything below; neither
 * Camunda nor Camel.
 */
package io.attest.stage;
