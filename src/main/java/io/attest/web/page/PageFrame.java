package io.attest.web.page;

import io.attest.Attest;
import io.attest.audit.ArtifactStore;
import io.attest.report.page.ExplainedRows;
import io.attest.report.page.Words;
import io.attest.stage.Account;
import io.attest.web.Roles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.multipart.MultipartResolver;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.AbstractConfigurableTemplateResolver;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import org.thymeleaf.templateresolver.FileTemplateResolver;
import org.thymeleaf.templateresolver.ITemplateResolver;

/** Where pages and their parts come from, and what every page knows. */
@Configuration(proxyBeanMethods = false)
class PageFrame implements WebMvcConfigurer {
  private static final String FOLDER = "templates/pages/";

  /** A new or changed template of the installation is seen after this time. */
  private static final long LOOK_AGAIN_MILLIS = 2000;

  @Bean
  Words words() {
    return new Words();
  }

  @Bean
  ExplainedRows explainedRows(ArtifactStore artifacts) {
    return new ExplainedRows(artifacts);
  }

  /** The installation's own templates: in the folder of {@code attest.home}, or beside the jar. */
  @Bean
  ITemplateResolver ownTemplates(@Value("${attest.home:.}") Path home) {
    return own(home, 1);
  }

  @Bean
  ITemplateResolver templatesBesideJar(@Value("${attest.home:.}") Path home) {
    return own(Attest.jarFolder().orElse(home), 2);
  }

  private static ITemplateResolver own(Path home, int order) {
    FileTemplateResolver resolver = new FileTemplateResolver();
    resolver.setPrefix(home.toAbsolutePath().normalize().resolve(FOLDER) + "/");
    return asPages(resolver, order);
  }

  /** The packed ones; the name is that of Spring Boot's own, which it replaces. */
  @Bean
  ITemplateResolver defaultTemplateResolver() {
    ClassLoaderTemplateResolver resolver =
        new ClassLoaderTemplateResolver(Attest.class.getClassLoader());
    resolver.setPrefix(FOLDER);
    return asPages(resolver, 3);
  }

  private static ITemplateResolver asPages(
      AbstractConfigurableTemplateResolver resolver, int order) {
    resolver.setSuffix(".html");
    resolver.setTemplateMode(TemplateMode.HTML);
    resolver.setCharacterEncoding("UTF-8");
    resolver.setCheckExistence(true);
    resolver.setCacheTTLMs(LOOK_AGAIN_MILLIS);
    resolver.setOrder(order);
    return resolver;
  }

  /**
   * Reads an upload only when somebody asks for it, so that its errors are answered like others.
   */
  @Bean
  MultipartResolver multipartResolver() {
    StandardServletMultipartResolver resolver = new StandardServletMultipartResolver();
    resolver.setResolveLazily(true);
    return resolver;
  }

  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    // Kept by browsers, and asked again whether it is still the same.
    registry
        .addResourceHandler("/assets/**")
        .addResourceLocations("classpath:/static/assets/")
        .setCacheControl(CacheControl.noCache());
    // Of the library of charts the one file that pages need, whatever its version.
    registry
        .addResourceHandler("/assets/{file:echarts\\.min\\.js}")
        .addResourceLocations(library())
        .setCacheControl(CacheControl.noCache());
  }

  private static Resource library() {
    try {
      // By version: the build unpacks the file of the library into our own classes.
      Map<String, Resource> found = new TreeMap<>();
      for (Resource file :
          new PathMatchingResourcePatternResolver()
              .getResources(
                  "classpath*:/META-INF/resources/webjars/echarts/*/dist/echarts.min.js")) {
        String path = file.getURL().getPath();
        found.put(path.substring(path.lastIndexOf("/webjars/")), file);
      }
      if (found.size() != 1) {
        throw new IllegalStateException(
            "Of ECharts one version must be on the class path, not " + found.keySet() + ".");
      }
      return found.values().iterator().next().createRelative("./");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot find ECharts on the class path.", e);
    }
  }

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    registry.addRedirectViewController("/favicon.ico", "/assets/attest.svg");
  }

  /** What the frame of every page shows. */
  @ControllerAdvice(basePackageClasses = PageFrame.class)
  static class Everywhere {
    private final Words words;

    Everywhere(Words words) {
      this.words = words;
    }

    /** The person who looks, for the frame. */
    public record Viewer(String name, boolean starts, boolean administers, boolean keeps) {}

    @ModelAttribute
    void frame(@AuthenticationPrincipal Account account, Model view) {
      view.addAttribute("words", words);
      view.addAttribute(
          "viewer",
          Optional.ofNullable(account)
              .map(
                  a ->
                      new Viewer(
                          a.fullName(),
                          a.in(Roles.starters()),
                          a.in(Roles.ADMINISTRATOR),
                          a.in(Roles.keepers())))
              .orElse(null));
    }
  }
}
