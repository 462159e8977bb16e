package io.orchestrator.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryIT {
    @TempDir
    Path temporary;

    @Test
    void a_missing_directory_is_created_for_this_user_alone() throws IOException {
        DataDirectory directory = DataDirectory.resolve(temporary.resolve("a/b"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
        assertThat(directory.path()).isEmptyDirectory();
    }

    @Test
    void a_path_below_a_regular_file_is_refused_with_the_file_and_the_way_out() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Path below = file.resolve("data");
        assertThatThrownBy(() -> DataDirectory.resolve(below))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(below.toString())
                .hasMessageContaining("Not a directory")
                .hasMessageContaining("--data-dir");
    }

    @Test
    void a_regular_file_is_refused() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.resolve(file))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining(file + " is not a directory");
    }

    @Test
    void a_file_system_that_cannot_be_written_is_refused() {
        assumeThat(Path.of("/proc/self")).exists();
        assertThatThrownBy(() -> DataDirectory.resolve(Path.of("/proc/self/data")))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("no directory can be made at /proc/self/data");
    }

    @Test
    void a_name_with_a_line_break_is_refused() {
        assertThatThrownBy(() -> DataDirectory.resolve(temporary.resolve("two\nlines")))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("line break");
    }

    @Test
    void a_directory_of_another_user_is_refused() throws IOException {
        assumeThat(FileTree.ownerUid(temporary))
                .as("only root can give files away")
                .isZero();
        Path foreign = Files.createDirectory(temporary.resolve("foreign"));
        FileTree.chown(foreign, 65_534);
        assertThatThrownBy(() -> DataDirectory.resolve(foreign))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("belongs to the user");
    }

    @Test
    void one_directory_has_one_path_however_it_is_named() throws IOException {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
        assertThat(DataDirectory.at(link).path())
                .isEqualTo(DataDirectory.at(real).path());
    }
}
