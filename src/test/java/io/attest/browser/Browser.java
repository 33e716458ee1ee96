package io.attest.browser;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A Chromium without a screen. Skips the calling test, with a message, where none is installed;
 * fails it where {@code CI=true}, since there it must be.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChromeDriver driver;
  private final String home;

  private Browser(ChromeDriver driver, String home) {
    this.driver = driver;
    this.home = home;
  }

  /**
   * @param home address of the application, for instance {@code http://localhost:8080}
   */
  public static Browser open(String home) {
    Path chromium = find("attest.chromium", "/usr/bin/chromium", "/usr/bin/chromium-browser");
    Path chromedriver = find("attest.chromedriver", "/usr/bin/chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1360,900");
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build();
    return new Browser(new ChromeDriver(service, options), home);
  }

  private static Path find(String property, String... usual) {
    Path found =
        Stream.concat(Stream.ofNullable(System.getProperty(property)), Stream.of(usual))
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    if (found == null) {
      String message =
          "There is no " + usual[0] + "; set -D" + property + "=<path> to run this test.";
      Assertions.assertNotEquals("true", System.getenv("CI"), message);
      Assumptions.abort(message);
    }
    return found;
  }

  public ChromeDriver driver() {
    return driver;
  }

  /**
   * Loads the page anew, always. An address that differs behind its # alone would leave the page as
   * it is, with all that it still has under way.
   */
  public Browser go(String path) {
    if (page(driver.getCurrentUrl()).equals(page(home + path))) {
      driver.get("about:blank");
    }
    driver.get(home + path);
    return this;
  }

  private static String page(String address) {
    return address.split("#", 2)[0];
  }

  /**
   * Opens Tasklist. It gives up on its own scripts where a machine is busy; people load it again
   * then.
   *
   * @param where what stands behind the #, for instance {@code ?task=...}; may be empty
   */
  public Browser tasklist(String where) {
    for (int loads = 1; ; loads++) {
      go("/camunda/app/tasklist/default/#/" + where);
      try {
        new WebDriverWait(driver, PATIENCE)
            .until(ExpectedConditions.elementToBeClickable(By.partialLinkText("Start process")));
        return this;
      } catch (TimeoutException e) {
        picture("tasklist-load-" + loads);
        if (loads == 3) {
          throw e;
        }
      }
    }
  }

  public Browser login(String name, String password) {
    go("/login");
    driver.findElement(By.name("username")).sendKeys(name);
    driver.findElement(By.name("password")).sendKeys(password);
    driver.findElement(By.cssSelector("main button[type=submit]")).click();
    new WebDriverWait(driver, PATIENCE).until(d -> !d.getCurrentUrl().contains("/login"));
    return this;
  }

  /** The element, as soon as it is shown. */
  public WebElement shown(String css) {
    try {
      return new WebDriverWait(driver, PATIENCE)
          .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    } catch (TimeoutException e) {
      picture("missing" + css.replaceAll("[^a-z0-9]+", "-"));
      throw new AssertionError(
          css
              + " is not shown at "
              + driver.getCurrentUrl()
              + ", which complains of "
              + complaints()
              + " and reads:\n"
              + driver.findElement(By.tagName("body")).getText(),
          e);
    }
  }

  /** Waits until nothing of the kind is shown any more. */
  public void gone(String css) {
    new WebDriverWait(driver, PATIENCE)
        .until(ExpectedConditions.invisibilityOfElementLocated(By.cssSelector(css)));
  }

  /** Clicks as soon as nothing is in the way: a message that fades, a list that still grows. */
  public void click(WebElement element) {
    patiently(() -> element);
  }

  /** Clicks what is there and can be clicked, also where the page draws it anew meanwhile. */
  public void click(By by) {
    patiently(
        () ->
            driver.findElements(by).stream()
                .filter(e -> e.isDisplayed() && e.isEnabled())
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(by + " cannot be clicked")));
  }

  private void patiently(Supplier<WebElement> what) {
    new WebDriverWait(driver, PATIENCE)
        .ignoring(ElementClickInterceptedException.class)
        .ignoring(StaleElementReferenceException.class)
        .until(
            d -> {
              WebElement element = what.get();
              // Not at the edge of the window, where a bar may stand over it.
              driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
              element.click();
              return true;
            });
  }

  /** Clicks the button with these words. */
  public void press(String words) {
    click(By.xpath("//*[self::a or self::button][normalize-space()='" + words + "']"));
  }

  /** Takes the task that Tasklist shows, and waits until its form can be filled in. */
  public void claim() {
    press("Claim");
    gone(".disabled-form");
    shown(".attest-form");
  }

  public boolean has(String css) {
    return !driver.findElements(By.cssSelector(css)).isEmpty();
  }

  public Object script(String script) {
    return driver.executeScript(script);
  }

  public Browser width(int pixels) {
    return size(pixels, 900);
  }

  public Browser size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    return this;
  }

  public Browser dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    return this;
  }

  /** Waits until Tasklist has moved its columns, which it does slowly. */
  public Browser settle() {
    try {
      Thread.sleep(700);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return this;
  }

  /** What the page complained about since the last call: errors of scripts, breaches of policy. */
  public List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getMessage())
        .toList();
  }

  /** What breaks the rules of accessibility on the page that is shown: rule and where. */
  public List<String> barriers() {
    return barriers("document");
  }

  /**
   * The same inside one element only, where the page around it is not ours.
   *
   * @param where a script's expression: {@code document.querySelector('form')}
   */
  @SuppressWarnings("unchecked")
  public List<String> barriers(String where) {
    try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("axe-core is not on the class path.", e);
    }
    return (List<String>)
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "axe.run("
                + where
                + ", {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
                + " 'best-practice']}).then(r => done(r.violations.map(v => v.id + ': ' +"
                + " v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' +"
                + " (n.failureSummary || '').split('\\n').pop()).join(' | '))), e => done([String(e)]));");
  }

  /** Keeps a picture under {@code target/pictures}. */
  public Browser picture(String name) {
    try {
      Path folder = Files.createDirectories(Path.of("target/pictures"));
      Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new IllegalStateException("Cannot keep the picture " + name + ".", e);
    }
    return this;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
