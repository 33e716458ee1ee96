/**
 * The doors: the drop folder, uploads and data sources on the way in, mails on the way out. The
 * routes of the same names call the beans that are here.
 *
 * <p>May import {@code stage}, {@code audit}, {@code model} and the frame in {@code process}.
 */
package io.attest.process.door;
