/**
 * Tests of the processes, decision tables and forms in {@code bpmn/}, on an engine in memory with
 * stand-ins for the application. May import Camunda, nothing of the application.
 */
package io.attest.bpmn;
