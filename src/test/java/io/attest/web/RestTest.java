package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.jayway.jsonpath.JsonPath;
import io.attest.report.page.AuditFiles;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

class RestTest extends WebTest {

  private ResultActions call(MockHttpServletRequestBuilder request, String who) throws Exception {
    return http.perform(request.with(authentication(Logins.of(account(who)))).with(Logins.token()));
  }

  private ResultActions start(String body, String... key) throws Exception {
    MockHttpServletRequestBuilder request =
        post("/api/audits").contentType(MediaType.APPLICATION_JSON).content(body);
    if (key.length > 0) {
      request.header("Idempotency-Key", key[0]);
    }
    return call(request, "stan");
  }

  private ResultActions upload(String name, byte[] bytes) throws Exception {
    return http.perform(
        multipart("/api/uploads")
            .file(new MockMultipartFile("file", name, null, bytes))
            .with(authentication(Logins.of(account("stan"))))
            .with(Logins.token()));
  }

  @Test
  void aFileIsCheckedAgainstAModelBeforeTheAudit() throws Exception {
    String name =
        JsonPath.read(
            upload("other.csv", "a,b\n".getBytes(StandardCharsets.UTF_8))
                .andExpect(status().isCreated())
                .andReturn()
                .getResponse()
                .getContentAsString(),
            "$.data");
    call(get("/api/models/german-credit/check").param("data", name), "stan")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.problem", startsWith("other.csv")))
        .andExpect(jsonPath("$.problem", containsString("has no rows")));
    call(get("/api/models/german-credit/check").param("data", "upload:gone"), "stan")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("send it again")));
  }

  @Test
  void listsModelsAndSaysWhichAreBroken() throws Exception {
    call(get("/api/models"), "olga")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$[?(@.id=='german-credit')].tier", hasItem("high")))
        .andExpect(jsonPath("$[?(@.id=='broken')].error", hasItem(containsString("Maybe owner"))));
  }

  @Test
  void listsAuditsByModelAndState() throws Exception {
    call(get("/api/audits?model=german-credit&state=waiting"), "olga")
        .andExpect(jsonPath("$", hasSize(1)))
        .andExpect(jsonPath("$[0].id", is(Samples.GOOD)))
        .andExpect(jsonPath("$[0].verdict", is("block")));
    call(get("/api/audits?model="), "olga")
        .andExpect(jsonPath("$[*].id", hasItems(Samples.GOOD, Samples.HOSTILE)));
  }

  @Test
  void startsOnceForOneKey() throws Exception {
    String body =
        "{\"model\":\"german-credit\",\"reason\":\" Yearly \",\"data\":\"upload:abc-x.csv\"}";
    start(body, "key-1")
        .andExpect(status().isCreated())
        .andExpect(jsonPath("$.id", is(Samples.RUNNING)))
        .andExpect(header().string(HttpHeaders.LOCATION, "/api/audits/" + Samples.RUNNING));
    start(body, "key-1").andExpect(status().isCreated());
    assertThat(desk.started).hasSize(1);
    assertThat(desk.started.get(0).reason()).isEqualTo("Yearly");
    assertThat(desk.started.get(0).data()).contains("upload:abc-x.csv");
    assertThat(desk.started.get(0).startedBy()).isEqualTo("stan");
    assertThat(desk.started.get(0).key()).contains("stan/key-1");
    start(body).andExpect(status().isCreated());
    assertThat(desk.started).hasSize(2);
  }

  @Test
  void saysWhatIsWrongAsAProblem() throws Exception {
    start("{\"reason\":\"x\"}")
        .andExpect(status().isBadRequest())
        .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
        .andExpect(jsonPath("$.detail", containsString("which model")));
    start("{\"model\":\"nope\",\"reason\":\"x\"}")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("There is no model")));
    start("{nonsense").andExpect(status().isBadRequest());
    start("{\"model\":\"german-credit\",\"reason\":\"" + "x".repeat(2001) + "\"}")
        .andExpect(status().isBadRequest());
    call(get("/api/audits/ATT-none"), "olga")
        .andExpect(status().isNotFound())
        .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));
    call(
            post("/api/audits/" + Samples.RUNNING + "/cancel")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{}"),
            "stan")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("Say why")));
  }

  @Test
  void givesAWholeAudit() throws Exception {
    call(get("/api/audits/" + Samples.GOOD), "olga")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.audit.id", is(Samples.GOOD)))
        .andExpect(
            jsonPath("$.sections[*].stage", hasItems("ingest", "correlate", "explain", "verdict")))
        .andExpect(
            jsonPath(
                "$.sections[?(@.part=='tree-shap')].content.result.kind", hasItem("attribution")))
        .andExpect(jsonPath("$.decisions[0].who", is("rita")))
        .andExpect(
            jsonPath(
                "$.files[*].name",
                hasItems("report.xlsx", "influence-values.parquet", "tree-shap-values.parquet")));
  }

  @Test
  void givesOnlyFilesOfTheAudit() throws Exception {
    call(get("/api/audits/" + Samples.GOOD + "/files/report.xlsx"), "olga")
        .andExpect(status().isOk())
        .andExpect(header().string(HttpHeaders.CONTENT_DISPOSITION, containsString("attachment")))
        .andExpect(header().string(HttpHeaders.CONTENT_DISPOSITION, containsString("report.xlsx")))
        .andExpect(content().string("PK"));
    for (String name : new String[] {"nothing.xlsx", "..", "application.yaml", "a".repeat(64)}) {
      call(get("/api/audits/{id}/files/{name}", Samples.GOOD, name), "olga")
          .andExpect(status().is4xxClientError());
    }
    call(get("/api/audits/ATT-none/files/report.xlsx"), "olga").andExpect(status().isNotFound());
  }

  @Test
  void aFileOfAHostileNameIsHarmless() throws Exception {
    String name =
        AuditFiles.of(store.sections(Samples.HOSTILE)).list().stream()
            .map(AuditFiles.Named::name)
            .filter(n -> n.startsWith("model") && n.endsWith(".json"))
            .findFirst()
            .orElseThrow();
    assertThat(name).matches("[\\p{L}\\p{N}._-]+");
    call(get("/api/audits/{id}/files/{name}", Samples.HOSTILE, name), "olga")
        .andExpect(status().isOk())
        // The sample says that it is HTML; no browser will be told so.
        .andExpect(content().contentType(MediaType.APPLICATION_OCTET_STREAM))
        .andExpect(header().string("Content-Security-Policy", containsString("sandbox")))
        .andExpect(header().string(HttpHeaders.CONTENT_DISPOSITION, not(containsString("<"))));
  }

  @Test
  void takesUploads() throws Exception {
    upload("applicants.csv", "a;b\n1;2\n".getBytes(StandardCharsets.UTF_8))
        .andExpect(status().isCreated())
        .andExpect(jsonPath("$.data", containsString("applicants.csv")))
        .andExpect(jsonPath("$.bytes", is(8)));
    upload("A.PARQUET", "PAR1....".getBytes(StandardCharsets.UTF_8))
        .andExpect(status().isCreated());
    upload("utf16.csv", new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0})
        .andExpect(status().isCreated());
  }

  @ParameterizedTest
  @CsvSource({
    "model.exe, abc, must end in",
    "noending, abc, must end in",
    "csv, abc, must end in",
    "a.csv.html, abc, must end in",
    "a.xlsx, abc, not what the ending",
    "a.parquet, abc, not what the ending",
    "a.csv, PAR1abc, not what the ending",
    "a.csv, '', empty"
  })
  void refusesOtherUploads(String name, String content, String message) throws Exception {
    upload(name, content.getBytes(StandardCharsets.UTF_8))
        .andExpect(status().isBadRequest())
        .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
        .andExpect(jsonPath("$.detail", containsString(message)));
  }
}
