package io.attest.process.bridge;

import io.attest.stage.StageTask;

/**
 * One external task as a route sees it.
 *
 * @param id the task's id: the same through all its retries
 * @param topic the task's topic, which is the name of the stage
 * @param processInstanceId the process instance that waits for it
 * @param businessKey the business key of the instance, or empty
 * @param stage what the stage is asked to do
 */
record Work(
    String id, String topic, String processInstanceId, String businessKey, StageTask stage) {}
