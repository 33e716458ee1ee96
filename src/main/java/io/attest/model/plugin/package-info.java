/**
 * Models that are read by code of the installation: classes in jars, found by {@link
 * java.util.ServiceLoader}. Imports {@code model} and the JDK.
 */
package io.attest.model.plugin;
