package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Kills a process at once after it acknowledged commits, and looks whether they are there. */
class DurableTransactionsTest {
  @TempDir Path folder;

  /** The process that is killed: says each number that is committed. */
  public static final class Committer {
    public static void main(String[] args) {
      JdbcDataSource source = source(args[0]);
      JdbcClient jdbc = JdbcClient.create(source);
      jdbc.sql("create table if not exists n (i int primary key)").update();
      TransactionTemplate transaction = new TransactionTemplate(new DurableTransactions(source));
      for (int i = 0; i < 20; i++) {
        int number = i;
        transaction.executeWithoutResult(
            status -> jdbc.sql("insert into n values (:i)").param("i", number).update());
      }
      System.out.println("acknowledged");
      System.out.flush();
      Runtime.getRuntime().halt(137); // as kill -9: nothing is written any more
    }
  }

  static JdbcDataSource source(String folder) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(
        "jdbc:h2:retry:"
            + folder
            + "/db;WRITE_DELAY=100;RETENTION_TIME=1000;DEFRAG_ALWAYS=TRUE;DB_CLOSE_ON_EXIT=FALSE"
            + ";DB_CLOSE_DELAY=-1");
    source.setUser("sa");
    return source;
  }

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Committer.class.getName());
    command.add(folder.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output).contains("acknowledged");
    assertThat(
            JdbcClient.create(source(folder.toString()))
                .sql("select count(*) from n")
                .query(Integer.class)
                .single())
        .isEqualTo(20);
  }
}
