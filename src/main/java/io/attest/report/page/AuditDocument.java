package io.attest.report.page;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.report.AskedRules;
import io.attest.report.PlainText;
import io.attest.report.pdf.Fonts;
import io.attest.report.pdf.PdfFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.thymeleaf.IEngineConfiguration;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.AbstractLinkBuilder;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.AbstractConfigurableTemplateResolver;
import org.thymeleaf.templateresource.ITemplateResource;

/**
 * The report of an audit as one HTML file: the sections of the audit page, made outside the web,
 * with the style inside and nothing that needs a server, a script or a network.
 *
 * <p>The same record and the same templates give the same text.
 */
public final class AuditDocument {
  private static final String FOLDER = "pages/";

  private final Source templates;
  private final Fonts fonts;
  private final SpringTemplateEngine engine = new SpringTemplateEngine();

  /** Where templates are read from. */
  @FunctionalInterface
  public interface Source {

    /**
     * @param name relative to the folder {@code templates}
     */
    InputStream open(String name) throws IOException;
  }

  public AuditDocument(Source templates) {
    this(templates, Fonts.NONE);
  }

  /**
   * @param fonts of the PDF, for signs that the packed ones lack
   */
  public AuditDocument(Source templates, Fonts fonts) {
    this.templates = templates;
    this.fonts = fonts;
    engine.setTemplateResolver(new Resolver(templates));
    engine.setLinkBuilder(new Nowhere());
  }

  /** The report as text, as it is written to a file in UTF-8. */
  public String html(AuditRecord record) throws IOException {
    return Standalone.text(made(record));
  }

  /**
   * The report as PDF.
   *
   * @param out not closed
   */
  public void pdf(AuditRecord record, OutputStream out) throws IOException {
    PdfFile.write(made(record), record.latest(), fonts, out);
  }

  private Document made(AuditRecord record) throws IOException {
    Context context = new Context(Locale.ENGLISH);
    context.setVariable("audit", record.audit());
    context.setVariable("spec", record.spec());
    context.setVariable("sheet", new AuditSheet(record.sections(), record.decisions()));
    context.setVariable("engine", record.engine());
    context.setVariable(
        "askedRules",
        AskedRules.shown(
            record.engine().rules(),
            record.audit().tier(),
            record.spec().domain().orElse(""),
            record.section(Section.Validated.class),
            record.section(Section.Judged.class)));
    context.setVariable("files", AuditFiles.of(record.sections()).list());
    context.setVariable("words", new Words());
    context.setVariable("standalone", true);
    context.setVariable("style", text("document.css"));
    context.setVariable("screen", text("document-screen.css"));
    return Standalone.of(PlainText.of(engine.process("document", context)));
  }

  private String text(String name) throws IOException {
    try (InputStream in = templates.open(FOLDER + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Templates by their name, with the ending that the web's have. */
  private static final class Resolver extends AbstractConfigurableTemplateResolver {
    private final Source templates;

    Resolver(Source templates) {
      this.templates = templates;
      setPrefix(FOLDER);
      setSuffix(".html");
      setTemplateMode(TemplateMode.HTML);
      setCacheable(false);
    }

    @Override
    protected ITemplateResource computeTemplateResource(
        IEngineConfiguration configuration,
        String owner,
        String template,
        String resource,
        String encoding,
        Map<String, Object> attributes) {
      return new Resource(templates, resource);
    }
  }

  /** One template. */
  private record Resource(Source templates, String name) implements ITemplateResource {

    @Override
    public String getDescription() {
      return "templates/" + name;
    }

    @Override
    public String getBaseName() {
      return name;
    }

    @Override
    public boolean exists() {
      try (InputStream in = templates.open(name)) {
        return in != null;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public Reader reader() throws IOException {
      return new BufferedReader(
          new InputStreamReader(templates.open(name), StandardCharsets.UTF_8));
    }

    @Override
    public ITemplateResource relative(String location) {
      throw new UnsupportedOperationException("Templates are named from the folder down.");
    }
  }

  /** Links of pages lead to a server, and there is none: {@link Standalone} takes them out. */
  private static final class Nowhere extends AbstractLinkBuilder {

    @Override
    public String buildLink(
        IExpressionContext context, String base, Map<String, Object> parameters) {
      return "/";
    }
  }
}
