package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was read, what was refused and why, and what the columns hold. */
final class DataSheet implements Sheet {
  private static final int MOST_COLUMNS = 2000;

  private record Of<T>(String use, T value) {}

  @Override
  public String anchor() {
    return "data_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return record
        .section(Section.Ingested.class)
        .map(
            i ->
                Figures.count(i.audit().kept(), "audit row")
                    + " kept, "
                    + (i.audit().read() - i.audit().kept())
                    + " refused, "
                    + i.audit().duplicates()
                    + " repeated; "
                    + i.training()
                        .map(t -> Figures.count(t.kept(), "training row"))
                        .orElse("no training rows")
                    + ".")
        .orElse(Words.notRun("ingest"));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    Optional<Section.Ingested> ingested = record.section(Section.Ingested.class);
    if (ingested.isEmpty()) {
      page.missing(Words.notRun("ingest"));
      return;
    }
    List<Of<Section.Table>> tables = new ArrayList<>();
    tables.add(new Of<>("audit", ingested.get().audit()));
    ingested.get().training().ifPresent(t -> tables.add(new Of<>("training", t)));

    page.heading("Tables read");
    if (ingested.get().training().isEmpty()) {
      page.note(
          "Training rows: not available. The model's declaration names none, so what needs them was"
              + " not tested.");
    }
    page.table("sources", tables)
        .text("Use", Of::use)
        .wrap("Source", t -> t.value().source())
        .count("Rows read", t -> t.value().read())
        .count("Rows kept", t -> t.value().kept())
        .count("Rows refused", t -> t.value().read() - t.value().kept())
        .count("Repeated rows", t -> t.value().duplicates())
        .hash("SHA-256 of the source", t -> t.value().sourceSha256())
        .hash("SHA-256 of the snapshot", t -> t.value().snapshot().sha256())
        .write("");

    page.heading("Rows refused");
    page.table("rejects", each(tables, Section.Table::rejects))
        .text("Use", Of::use)
        .wrap("Reason", r -> r.value().reason())
        .count("Rows", r -> r.value().rows())
        .text("First examples", r -> String.join(" · ", r.value().examples()))
        .write("No row was refused.");

    page.heading("Columns");
    page.note("Of the rows that were kept. A dash means that nothing is declared.");
    page.table("columns", columns(tables))
        .text("Use", c -> c.use())
        .wrap("Column", c -> c.value().column().name())
        .text("Type", c -> c.value().column().type())
        .text("Unit", c -> c.value().column().unit())
        .count("Missing", c -> c.value().column().missing())
        .percent("Share missing", c -> (double) c.value().column().missing() / c.value().rows())
        .wrap("Meaning", c -> c.value().column().meaning())
        .wrap("Values", c -> c.value().column().summary())
        .most(MOST_COLUMNS, "in the snapshot")
        .write("There are no columns.");

    page.heading("How the tables were read");
    page.table("reading", each(tables, Section.Table::notes))
        .text("Use", Of::use)
        .wrap("Note", Of::value)
        .write("Nothing to note.");
  }

  private record Seen(Section.ColumnSummary column, long rows) {}

  private static List<Of<Seen>> columns(List<Of<Section.Table>> tables) {
    List<Of<Seen>> out = new ArrayList<>();
    for (Of<Section.Table> t : tables) {
      for (Section.ColumnSummary c : t.value().columns()) {
        out.add(new Of<>(t.use(), new Seen(c, t.value().kept())));
      }
    }
    return out;
  }

  private static <T> List<Of<T>> each(
      List<Of<Section.Table>> tables, java.util.function.Function<Section.Table, List<T>> part) {
    List<Of<T>> out = new ArrayList<>();
    for (Of<Section.Table> t : tables) {
      part.apply(t.value()).forEach(v -> out.add(new Of<>(t.use(), v)));
    }
    return out;
  }
}
