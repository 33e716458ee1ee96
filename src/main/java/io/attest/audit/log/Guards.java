package io.attest.audit.log;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Triggers that refuse to change the log: on H2 for update and delete, on PostgreSQL for truncate,
 * too. They stop slips and simple tools; who owns the database can drop them, and is then found out
 * by the chain.
 */
public final class Guards {
  private static final Map<String, String> H2 =
      Map.of(
          "attest_log_no_update",
          "create trigger attest_log_no_update before update on attest_log for each row call '"
              + AppendOnly.class.getName()
              + "'",
          "attest_log_no_delete",
          "create trigger attest_log_no_delete before delete on attest_log for each row call '"
              + AppendOnly.class.getName()
              + "'");

  private static final Map<String, String> POSTGRESQL =
      Map.of(
          "attest_log_no_change",
          "create trigger attest_log_no_change before update or delete on attest_log for each row"
              + " execute function attest_log_refuse()",
          "attest_log_no_truncate",
          "create trigger attest_log_no_truncate before truncate on attest_log for each statement"
              + " execute function attest_log_refuse()");

  private Guards() {}

  /**
   * Puts up the triggers that are not there.
   *
   * @param product the database's name
   * @return the names of those that were missing
   */
  public static List<String> install(JdbcClient jdbc, String product) {
    boolean h2 = product.equals("H2");
    Map<String, String> wanted = h2 ? H2 : product.equals("PostgreSQL") ? POSTGRESQL : Map.of();
    Predicate<String> there =
        jdbc
                .sql(
                    "select trigger_name from information_schema.triggers where lower(event_object_table)"
                        + " = 'attest_log'"
                        + (h2
                            ? ""
                            : " union select tgname from pg_trigger where tgrelid ="
                                + " 'attest_log'::regclass"))
                .query(String.class)
                .list()
                .stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet())
            ::contains;
    List<String> missing = wanted.keySet().stream().filter(Predicate.not(there)).sorted().toList();
    if (!missing.isEmpty() && !h2) {
      jdbc.sql(
              "create or replace function attest_log_refuse() returns trigger language plpgsql as"
                  + " $$ begin raise exception 'The evidence log is only added to.'; end $$")
          .update();
    }
    missing.forEach(name -> jdbc.sql(wanted.get(name)).update());
    return missing;
  }
}
