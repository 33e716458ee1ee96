package io.attest.model.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.model.Batch;
import io.attest.model.InvalidModelException;
import io.attest.model.Metered;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A model on a server. Rows that are alike are asked for once, in batches; answers are kept.
 *
 * <p>Nobody can make a server deterministic, so it is tried: up to {@value #TRIED} rows of the
 * first batch are asked for twice, in two orders, and the model is refused if the answers differ by
 * more than {@value #TOLERANCE} (relative to 1 or the answer). It is also refused once it says that
 * another version answered than before.
 */
final class RemoteModel implements Model, Metered {
  static final int TRIED = 32;
  static final double TOLERANCE = 1e-5;

  private final ModelInfo info;
  private final Endpoint endpoint;
  private final Tensors tensors;
  private final Answer answer;
  private final Line line;
  private final Memory memory;
  private final URI address;
  private final AtomicReference<Optional<String>> version;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final Object trying = new Object();
  private volatile boolean tried;

  RemoteModel(ModelInfo info, Endpoint endpoint, Tensors tensors, Answer answer, Line line) {
    this.info = info;
    this.endpoint = endpoint;
    this.tensors = tensors;
    this.answer = answer;
    this.line = line;
    this.memory = new Memory(endpoint.cacheBytes());
    this.address = URI.create(endpoint.address() + "/infer");
    this.version = new AtomicReference<>(endpoint.version());
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public long calls() {
    return calls.get();
  }

  @Override
  public long rows() {
    return rows.get();
  }

  @Override
  public long cacheHits() {
    return hits.get();
  }

  @Override
  public long retries() {
    return retries.get();
  }

  /**
   * {@inheritDoc}
   *
   * @throws InvalidModelException if the server refuses the rows, or its answer is not sound
   * @throws java.io.UncheckedIOException if it cannot be reached, after all tries
   */
  @Override
  public void predict(Batch batch, OutputSpace space, double[] out) {
    int k = info.outputs().size();
    Memory.Row[] keys = new Memory.Row[batch.rows()];
    Map<Memory.Row, double[]> known = new LinkedHashMap<>();
    List<Memory.Row> asked = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Memory.Row(batch.row(i));
      if (known.containsKey(keys[i])) {
        hits.incrementAndGet();
        continue;
      }
      double[] kept = memory.get(keys[i]);
      known.put(keys[i], kept);
      if (kept == null) {
        asked.add(keys[i]);
      } else {
        hits.incrementAndGet();
      }
    }
    tryOut(asked);
    for (int from = 0; from < asked.size(); from += endpoint.batch()) {
      List<Memory.Row> part = asked.subList(from, Math.min(asked.size(), from + endpoint.batch()));
      double[] answers = ask(part);
      for (int i = 0; i < part.size(); i++) {
        double[] one = java.util.Arrays.copyOfRange(answers, i * k, (i + 1) * k);
        known.put(part.get(i), one);
        memory.put(part.get(i), one);
      }
    }
    for (int i = 0; i < keys.length; i++) {
      System.arraycopy(known.get(keys[i]), 0, out, i * k, k);
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, k);
    }
  }

  /** Before the first answer is believed; threads that come at once wait. */
  private void tryOut(List<Memory.Row> asked) {
    if (tried || asked.isEmpty()) {
      return;
    }
    synchronized (trying) {
      if (tried) {
        return;
      }
      int k = info.outputs().size();
      List<Memory.Row> some =
          new ArrayList<>(
              asked.subList(0, Math.min(asked.size(), Math.min(TRIED, endpoint.batch()))));
      double[] there = ask(some);
      Collections.reverse(some);
      double[] back = ask(some);
      for (int i = 0; i < there.length; i++) {
        int row = i / k;
        double again = back[(some.size() - 1 - row) * k + i % k];
        if (Math.abs(there[i] - again) > TOLERANCE * Math.max(1, Math.abs(there[i]))) {
          throw new InvalidModelException(
              "The model at "
                  + endpoint.address()
                  + " answered "
                  + there[i]
                  + " and then "
                  + again
                  + " to one and the same row. What differs from one time to the next cannot be"
                  + " audited. Maybe several versions answer in turn, or the model draws numbers.");
        }
      }
      tried = true;
    }
  }

  private double[] ask(List<Memory.Row> part) {
    byte[] request = tensors.request(part.stream().map(Memory.Row::values).toList());
    byte[] body =
        line.post(
            address,
            request,
            again -> {
              calls.incrementAndGet();
              rows.addAndGet(part.size());
              if (again) {
                retries.incrementAndGet();
              }
            });
    JsonNode root = answer.tree(body);
    answer.version(root).ifPresent(this::same);
    return answer.outputs(body, root, part.size());
  }

  private void same(String answered) {
    Optional<String> before = version.updateAndGet(v -> v.isPresent() ? v : Optional.of(answered));
    if (!before.equals(Optional.of(answered))) {
      throw new InvalidModelException(
          "The model at "
              + endpoint.address()
              + " answers with version "
              + answered
              + ", but version "
              + before.orElseThrow()
              + " is audited. Maybe it was replaced meanwhile: begin a new audit, and pin the"
              + " version in "
              + endpoint.file()
              + ".");
    }
  }
}
