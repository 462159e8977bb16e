#!/bin/sh
# cron-utils 9.2.1 (com.cronutils:cron-utils, from Maven), its definition CronType.UNIX, seen on Temurin 25.0.3 and OpenJDK 17,
# Debian 12, December 2026.
#
# 1. "0 0 */2 * 1": crontab(5) of Vixie cron, which Debian, Fedora and the BSDs have, fires where neither day field begins
#    with * on days that match either, and else on days that match both: this is Mondays with an odd number, in January 2026
#    the 5th and the 19th. cron-utils fires on every day with an odd number and on every Monday:
#        2026-01-03 2026-01-05 2026-01-07 2026-01-09 2026-01-11 2026-01-12
# 2. "0 0 31 2 *" passes parse() and validate(), and nextExecution() is empty, for ever: a schedule that is accepted and never
#    fires.
#
# Exits 0 while that is so, 1 when it has changed, 2 when it could not be tried.
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2

cat >pom.xml <<'END'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.cronutils</groupId><artifactId>cron-utils</artifactId><version>9.2.1</version></dependency>
  </dependencies>
</project>
END
cat >Finding.java <<'END'
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

class Finding {
    static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    public static void main(String[] args) {
        ZonedDateTime at = ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
        ExecutionTime days = ExecutionTime.forCron(PARSER.parse("0 0 */2 * 1").validate());
        ZonedDateTime day = at;
        for (int i = 0; i < 6; i++) {
            day = days.nextExecution(day).get();
            System.out.println(day.toLocalDate());
        }
        ExecutionTime never = ExecutionTime.forCron(PARSER.parse("0 0 31 2 *").validate());
        System.out.println(never.nextExecution(at).isPresent());
    }
}
END
cat >seen <<'END'
2026-01-03
2026-01-05
2026-01-07
2026-01-09
2026-01-11
2026-01-12
false
END
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >maven.log 2>&1 || { cat maven.log; exit 2; }
java -cp 'lib/*' Finding.java >found 2>errors || { cat errors; exit 2; }
diff seen found || { echo "cron-utils 9.2.1 no longer behaves as described"; exit 1; }
echo "as described"
