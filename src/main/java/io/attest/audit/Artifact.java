package io.attest.audit;

/**
 * A file of the artifact store, by content.
 *
 * @param name what a person calls it: {@code audit-data.parquet}
 * @param sha256 of its bytes, lower-case hex; its name in the store
 * @param bytes its size
 * @param mediaType for downloads
 */
public record Artifact(String name, String sha256, long bytes, String mediaType) {}
