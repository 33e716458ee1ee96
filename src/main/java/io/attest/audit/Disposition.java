package io.attest.audit;

/**
 * What a reviewer made of one finding. Who and when stand in the decision that it belongs to.
 *
 * @param finding as it was when it was answered; a later round may number others alike
 * @param answer {@code accepted} (it is right), {@code disputed} (it is wrong), {@code waived} (it
 *     is right, and the model may be used all the same)
 * @param reason why; empty only where it was accepted without one
 */
public record Disposition(Section.Finding finding, String answer, String reason) {}
