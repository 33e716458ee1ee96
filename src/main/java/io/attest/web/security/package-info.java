/**
 * One login for our pages, REST, the engine's web applications and the engine's REST; who may do
 * what by address; protection against requests that other sites make a browser send. Imports {@code
 * stage} and Spring Security.
 */
package io.attest.web.security;
