/**
 * The withdrawal of published reports: what the process {@code withdraw-report} calls when it
 * begins, and how pages and programs begin and confirm one.
 *
 * <p>May import {@code stage}, {@code audit}, {@code process.audit}, {@code process.people} and the
 * frame in {@code process}.
 */
package io.attest.process.withdrawal;
