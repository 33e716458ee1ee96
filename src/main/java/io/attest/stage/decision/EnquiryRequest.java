package io.attest.stage.decision;

import java.util.Optional;

/**
 * Somebody wants to know why a case was decided so.
 *
 * @param model the model's id
 * @param caseName the name of the case, or the number of its row; may be empty where {@code data}
 *     has one row
 * @param data a file with the case, kept by {@link io.attest.stage.Uploads} or in the {@link
 *     io.attest.stage.DropFolder}; absent for a row of the audit
 * @param audit the approved audit to rest on; the last one if absent
 * @param receivedOn when the request was received, {@code 2026-11-22}; today if absent
 * @param jurisdiction whose rights the letter tells; that of {@code model.yaml} if absent
 * @param recipient to whom the letter goes, in lines
 * @param reason why it is asked, for the record
 * @param trigger {@code rest}, {@code inbox} or {@code tasklist}
 * @param askedBy who asks; where a user is logged in, that user counts and not this name
 * @param key the same for repetitions of one request
 */
public record EnquiryRequest(
    String model,
    String caseName,
    Optional<String> data,
    Optional<String> audit,
    Optional<String> receivedOn,
    Optional<String> jurisdiction,
    String recipient,
    String reason,
    String trigger,
    String askedBy,
    Optional<String> key) {}
