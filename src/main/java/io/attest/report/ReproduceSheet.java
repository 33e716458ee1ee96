package io.attest.report;

import io.attest.audit.Artifact;
import io.attest.audit.AuditRecord;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is needed to get the same figures again, and to check that they are the same. */
final class ReproduceSheet implements Sheet {
  private static final int MOST_STEPS = 2000;

  private record File(String what, Artifact artifact) {}

  @Override
  public String anchor() {
    return "reproduce_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Figures.count(files(record).size(), "file")
        + " by SHA-256, "
        + Figures.count(record.engine().definitions().size(), "definition")
        + ", "
        + Figures.count(record.engine().decisions().size(), "evaluated decision")
        + ".";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    page.heading("Run it again");
    page.note("Unpack the evidence pack of this audit, check the hashes below, and in its folder:");
    page.cells()
        .text(
            page.cell(page.row(), page.column()),
            "java -jar attest.jar audit model.yaml",
            Look.HASH);
    page.skip(1);

    page.heading("Files");
    page.table("files", files(record))
        .text("What", File::what)
        .wrap("Name", f -> f.artifact().name())
        .hash("SHA-256", f -> f.artifact().sha256())
        .count("Bytes", f -> f.artifact().bytes())
        .write(Words.notRun("ingest"));

    page.heading("Versions");
    page.table("installation", record.installation())
        .text("What", AuditRecord.NamedValue::name)
        .wrap("Version", AuditRecord.NamedValue::value)
        .write("Not available: the installation says nothing about itself.");

    page.heading("Seeds");
    page.table(
            "seeds", record.explained().stream().filter(e -> e.provenance().isPresent()).toList())
        .text("Method", Section.Explained::explainer)
        .text(
            "Seed",
            e ->
                e.provenance()
                    .get()
                    .seed()
                    .map(String::valueOf)
                    .orElse("nothing is random in this method"))
        .write("No method has run.");

    page.heading("Process and decision tables");
    page.table("definitions", record.engine().definitions())
        .wrap("Key", EngineRecord.Definition::key)
        .wrap("File", EngineRecord.Definition::resource)
        .hash("SHA-256 of the file", EngineRecord.Definition::sha256)
        .count("Version", EngineRecord.Definition::version)
        .text("Kind", EngineRecord.Definition::kind)
        .wrap("Id", EngineRecord.Definition::id)
        .write("Not available: this audit ran without the process engine.");

    page.heading("Decisions that were evaluated");
    page.table("decisions", record.engine().decisions())
        .text("Table", EngineRecord.EvaluatedDecision::key)
        .date("When (UTC)", EngineRecord.EvaluatedDecision::at)
        .hash("Decision id", EngineRecord.EvaluatedDecision::decisionId)
        .count("Version", EngineRecord.EvaluatedDecision::version)
        .most(MOST_STEPS, "in the engine's history")
        .write("Not available: the engine's history names no decision.");

    page.heading("Steps");
    page.table("steps", record.engine().steps())
        .wrap("Step", s -> s.name() == null || s.name().isBlank() ? s.id() : s.name())
        .date("Begin (UTC)", EngineRecord.Step::begin)
        .column("End (UTC)", (c, s) -> end(page, c, s))
        .number("Seconds", ReproduceSheet::seconds)
        .wrap("Who", EngineRecord.Step::who)
        .wrap("Element", EngineRecord.Step::id)
        .most(MOST_STEPS, "in the engine's history")
        .write("Not available: the engine's history names no step.");
  }

  private static void end(
      Page page, org.apache.poi.xssf.usermodel.XSSFCell cell, EngineRecord.Step step) {
    if (step.end() == null) {
      page.cells().text(cell, "not ended", Look.MUTED);
    } else {
      page.cells().date(cell, step.end());
    }
  }

  private static double seconds(EngineRecord.Step step) {
    return step.begin() == null || step.end() == null
        ? Double.NaN
        : Duration.between(step.begin(), step.end()).toMillis() / 1000.0;
  }

  private static List<File> files(AuditRecord record) {
    List<File> files = new ArrayList<>();
    record
        .section(Section.Ingested.class)
        .ifPresent(
            i -> {
              files.add(new File("audit rows", i.audit().snapshot()));
              i.training().ifPresent(t -> files.add(new File("training rows", t.snapshot())));
              files.add(new File("model", i.modelFile()));
              files.add(new File("declaration", i.modelYaml()));
            });
    record.explained().forEach(e -> e.files().forEach(f -> files.add(new File(e.explainer(), f))));
    return files;
  }
}
