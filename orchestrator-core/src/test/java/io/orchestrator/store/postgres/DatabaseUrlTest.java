package io.orchestrator.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.Driver;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // one host
                "postgresql://h/db                          | h:5432               | db      | none | none",
                "postgres://h:6000/db                       | h:6000               | db      | none | none",
                "jdbc:postgresql://h/db                     | h:5432               | db      | none | none",
                "postgresql://me@h/db                       | h:5432               | db      | me   | none",
                "postgresql://me:@h/db                      | h:5432               | db      | me   | ''",
                "postgresql://me:secret@h/db                | h:5432               | db      | me   | 'secret'",
                "postgresql://h:/db                         | h:5432               | db      | none | none",
                // several
                "postgresql://h1:5433,h2/db                 | h1:5433,h2:5432      | db      | none | none",
                "postgresql://u:p@h1,h2:6,h3:7/db?a=b       | h1:5432,h2:6,h3:7    | db      | u    | 'p'",
                // escapes
                "postgresql://m%40e:p%40%2F%3a%25@h/d%20b   | h:5432               | d b     | m@e  | 'p@/:%'",
                "postgresql://me:a+b@h/db                   | h:5432               | db      | me   | 'a+b'",
                "postgresql://me:p@ss@h/db                  | h:5432               | db      | me   | 'p@ss'",
                "postgresql://me:p:w@h/db                   | h:5432               | db      | me   | 'p:w'",
                // addresses
                "postgresql://[::1]:5433/db                 | [::1]:5433           | db      | none | none",
                "postgresql://me:p@[2001:db8::1],[::2]:6/db | [2001:db8::1]:5432,[::2]:6 | db | me  | 'p'",
                "postgresql://10.0.0.1,10.0.0.2/db          | 10.0.0.1:5432,10.0.0.2:5432 | db | none | none",
                // user and password among the options, as pgjdbc has them
                "jdbc:postgresql://h/db?user=me&password=p%26 | h:5432             | db      | me   | 'p&'",
            })
    void a_url_is_taken_apart(String url, String hosts, String database, String user, String password) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);

        assertThat(parsed.hosts()).extracting(Object::toString).containsExactly(hosts.split(","));
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.user().orElse("none")).isEqualTo(user);
        assertThat(parsed.password().map(text -> "'" + text + "'").orElse("none"))
                .isEqualTo(password);
        assertThat(DatabaseUrl.parse(parsed.full())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "garbage                               | it does not begin with postgresql://",
                "mysql://h/db                          | it begins with 'mysql'",
                "postgresql://h                        | it names no database",
                "postgresql://h/                       | it names no database",
                "postgresql:///db                      | it names no host (Java does not use Unix sockets",
                "postgresql://%2Fvar%2Frun/db          | it names no host (Java does not use Unix sockets",
                "postgresql://h1,,h2/db                | it names no host",
                "postgresql://h:0/db                   | its port is no number from 1 to 65535",
                "postgresql://h:65536/db               | its port is no number from 1 to 65535",
                "postgresql://h:99999999999/db         | its port is no number from 1 to 65535",
                "postgresql://::1/db                   | an IPv6 address stands in [brackets]",
                "postgresql://me:hunter2/x@h/db        | special characters in a password are written %XX",
                "postgresql://me:12/hunter2@h/db       | a / stands in its user or password",
                "postgresql://me:hunter2?x@h/db        | special characters in a password are written %XX",
                "postgresql://me:hunter2%zz@h/db       | it has a % that is no escape (a % itself is written %25)",
                "postgresql://h/db?password=hunter2%z  | it has a % that is no escape",
            })
    void what_cannot_be_used_is_refused_with_the_reason_and_without_the_password(String url, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatabaseUrl.parse(url))
                .withMessageContaining("DATABASE_URL: expected postgresql://user:password@host:port/database")
                .withMessageContaining(reason)
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://h/db?sslmode=verify-full&sslrootcert=/ca.pem | sslmode          | verify-full",
                "postgresql://h/db?currentSchema=mine                      | currentSchema    | mine",
                "postgresql://h/db?application_name=a%20b                  | ApplicationName  | a b",
                "postgresql://h/db?channel_binding=require                 | channelBinding   | require",
                "postgresql://h/db?connect_timeout=7                       | connectTimeout   | 7",
                "postgresql://h1,h2/db                                     | targetServerType | primary",
                "postgresql://h1,h2/db?targetServerType=any                | targetServerType | any",
                "postgresql://h1,h2/db?target_session_attrs=read-write     | targetServerType | primary",
                "postgresql://h/db?target_session_attrs=prefer-standby     | targetServerType | preferSecondary",
                "postgresql://h1:1,[::1]:2/db                              | PGHOST           | h1,[::1]",
                "postgresql://h1:1,[::1]:2/db                              | PGPORT           | 1,2",
                "postgresql://h/a%20%3fb                                   | PGDBNAME         | a ?b",
                "postgresql://h/db?options=-c%20geqo=off                   | options          | -c geqo=off",
                "postgresql://h/db?options=-cx.y=a+b                       | options          | -cx.y=a+b",
            })
    void the_driver_understands_all_of_it(String url, String property, String value) {
        Properties understood = understood(DatabaseUrl.parse(url).jdbc());

        assertThat(understood.getProperty(property)).isEqualTo(value);
        assertThat(understood.getProperty("user")).isNull();
    }

    @Test
    void options_of_the_url_come_after_those_of_the_engine_and_do_not_replace_them() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://h/db?options=-c%20work_mem=1MB&sslmode=disable");

        assertThat(understood(url.withOptionsFirst("-c jit=off").jdbc()).getProperty("options"))
                .isEqualTo("-c jit=off -c work_mem=1MB");
    }

    @Test
    void psql_gets_what_it_knows_and_no_password() {
        DatabaseUrl url = DatabaseUrl.parse(
                "postgresql://me:secret@h1,h2/db?currentSchema=mine&socketTimeout=5&sslmode=require&options=-cjit=off");

        assertThat(url.libpq())
                .isEqualTo("postgresql://me@h1:5432,h2:5432/db?sslmode=require"
                        + "&options=-csearch_path%3Dmine%20-cjit%3Doff&target_session_attrs=read-write");
    }

    @Test
    void people_never_see_the_password() {
        assertThat(DatabaseUrl.parse("postgresql://me:hunter2@h1,h2/db?password=hunter2"))
                .hasToString("postgresql://me:***@h1:5432,h2:5432/db");
    }

    private static Properties understood(String jdbc) {
        return Objects.requireNonNull(Driver.parseURL(jdbc, new Properties()), "the driver takes " + jdbc);
    }
}
