package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.audit.Withdrawal;
import io.attest.audit.WithdrawalStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** The pages of absences and of reports that no longer stand. */
class PeoplePagesTest extends WebTest {
  private static final String OLD = "ATT-german-credit-20251101-1";
  private static final String NEW = "ATT-german-credit-20251102-1";

  @Autowired WithdrawalStore withdrawals;

  @Test
  void aWithdrawnReportSaysSoOnItsPageAndInItsCopiesAndItsPackStays() throws Exception {
    published(OLD, AuditStore.WITHDRAWN_REPORT);
    published(NEW, "approved");
    withdrawals.keep(
        new Withdrawal(
            OLD,
            AuditStore.WITHDRAWN_REPORT,
            "approved",
            Instant.parse("2026-11-22T09:00:00Z"),
            "abel",
            Optional.of("rita"),
            Samples.ATTACK,
            Optional.of(NEW),
            List.of()));
    http.perform(as("olga", get("/audits/" + OLD).accept(MediaType.TEXT_HTML)))
        .andExpect(status().isOk())
        .andExpect(content().string(containsString("This report no longer stands.")))
        .andExpect(content().string(containsString("href=\"/audits/" + NEW)))
        .andExpect(content().string(org.hamcrest.Matchers.not(containsString("<script>alert(1)"))));
    http.perform(as("olga", get("/audits/" + NEW).accept(MediaType.TEXT_HTML)))
        .andExpect(content().string(containsString("Takes the place of")))
        .andExpect(
            content().string(org.hamcrest.Matchers.not(containsString("Ask to withdraw it"))));
    http.perform(as("rita", get("/audits/" + NEW).accept(MediaType.TEXT_HTML)))
        .andExpect(content().string(containsString("Ask to withdraw it")));

    byte[] copy =
        http.perform(as("olga", get("/api/audits/" + OLD + "/files/final.xlsx")))
            .andExpect(status().isOk())
            .andExpect(header().doesNotExist("X-Content-SHA256"))
            .andExpect(header().string("Content-Disposition", containsString("no-longer-stands-")))
            .andReturn()
            .getResponse()
            .getContentAsByteArray();
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(copy))) {
      assertThat(workbook.getSheetAt(0).getRow(0).getCell(0).getStringCellValue())
          .startsWith("Withdrawn on 2026-11-22 09:00 UTC by abel and rita.");
    }
    http.perform(as("olga", get("/api/audits/" + OLD + "/files/pack.zip")))
        .andExpect(header().exists("X-Content-SHA256"))
        .andExpect(content().string("sealed " + OLD));
    http.perform(as("olga", get("/api/audits/" + NEW + "/files/final.xlsx")))
        .andExpect(header().exists("X-Content-SHA256"));
  }

  @Test
  void onlyDecidersAskToWithdrawAndEverybodySaysWhoStandsIn() throws Exception {
    http.perform(
            as("stan", post("/audits/" + OLD + "/withdrawal").param("reason", "x"))
                .with(Logins.token()))
        .andExpect(status().isForbidden());
    http.perform(as("olga", get("/absence").accept(MediaType.TEXT_HTML)))
        .andExpect(status().isOk())
        .andExpect(content().string(containsString("Nobody could stand in for")));
    http.perform(
            as("stan", post("/api/absences"))
                .with(Logins.token())
                .contentType(MediaType.APPLICATION_JSON)
                .content(
                    "{\"deputy\":\"nobody\",\"from\":\""
                        + LocalDate.now()
                        + "\",\"until\":\"soon\"}"))
        .andExpect(status().isBadRequest())
        .andExpect(content().string(containsString("until must be a date")));
    http.perform(as("stan", get("/api/absences"))).andExpect(status().isOk());
  }

  private static MockHttpServletRequestBuilder as(
      String who, MockHttpServletRequestBuilder request) {
    return request.with(authentication(Logins.of(account(who))));
  }

  private void published(String id, String state) throws Exception {
    if (store.find(id).isPresent()) {
      return;
    }
    store.create(
        new Audit(
            id,
            // Not german-credit: other tests say that nothing of it was decided before.
            store.get(Samples.HOSTILE).model(),
            "German credit",
            "high",
            "yearly",
            "",
            "rest",
            "stan",
            Instant.parse("2025-11-01T09:00:00Z"),
            state,
            Optional.of("pass"),
            Optional.empty(),
            1,
            Optional.of(Instant.parse("2025-11-01T10:00:00Z"))));
    ByteArrayOutputStream workbook = new ByteArrayOutputStream();
    try (XSSFWorkbook made = new XSSFWorkbook()) {
      made.createSheet("Cover").createRow(0).createCell(0).setCellValue(id);
      made.write(workbook);
    }
    Artifact file =
        artifacts.put(
            "final.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.toByteArray());
    Artifact pack =
        artifacts.put(
            "pack.zip", "application/zip", ("sealed " + id).getBytes(StandardCharsets.UTF_8));
    store.save(
        id,
        new Section.Published(
            file, pack, "approved", Instant.now(), Optional.empty(), Optional.empty()));
  }
}
