#!/bin/sh
# Quartz 2.5.0 (org.quartz-scheduler:quartz, from Maven), seen on Temurin 25.0.3 and OpenJDK 17, Debian 12, December 2026.
#
# 1. "0 0 12 L * ?" is noon of the last day of each month. From 2026-01-01 on it fires on
#        2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31 2026-10-31 2026-12-31
#    and so not in February, April, June, September and November: a monthly report five times a year is not made.
# 2. "0 0/20 * * * ?" in Europe/Berlin, where 02:00 to 03:00 comes twice on 2026-10-25, fires at
#        23:20Z 23:40Z 01:00Z 01:20Z
#    and so not for 80 minutes: the first of the two hours is left out.
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
    <dependency><groupId>org.quartz-scheduler</groupId><artifactId>quartz</artifactId><version>2.5.0</version></dependency>
  </dependencies>
</project>
END
cat >Finding.java <<'END'
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;
import org.quartz.CronExpression;

class Finding {
    public static void main(String[] args) throws Exception {
        print("0 0 12 L * ?", "UTC", "2026-01-01T00:00:00Z", 7);
        print("0 0/20 * * * ?", "Europe/Berlin", "2026-10-24T23:10:00Z", 4);
    }

    static void print(String text, String zone, String after, int firings) throws Exception {
        CronExpression cron = new CronExpression(text);
        cron.setTimeZone(TimeZone.getTimeZone(zone));
        Date at = Date.from(Instant.parse(after));
        for (int i = 0; i < firings; i++) {
            at = cron.getNextValidTimeAfter(at);
            System.out.println(at.toInstant());
        }
    }
}
END
cat >seen <<'END'
2026-01-31T12:00:00Z
2026-03-31T12:00:00Z
2026-05-31T12:00:00Z
2026-07-31T12:00:00Z
2026-08-31T12:00:00Z
2026-10-31T12:00:00Z
2026-12-31T12:00:00Z
2026-10-24T23:20:00Z
2026-10-24T23:40:00Z
2026-10-25T01:00:00Z
2026-10-25T01:20:00Z
END
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >maven.log 2>&1 || { cat maven.log; exit 2; }
java -cp 'lib/*' Finding.java >found 2>errors || { cat errors; exit 2; }
diff seen found || { echo "Quartz 2.5.0 no longer behaves as described"; exit 1; }
echo "as described"
