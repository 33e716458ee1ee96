/**
 * What people and programs see through a browser or HTTP: one login ({@code security}), REST
 * ({@code api}), pages ({@code page}). May import {@code stage}, {@code report} and everything
 * below; neither {@code process} nor Camunda nor Camel: what it needs of the engine stands behind
 * ports in {@code stage}.
 */
package io.attest.web;
