"""The commands for a data directory: fsck, backup and restore, with real files and processes."""

import glob
import os
import subprocess

from support import binary, durable_test, main, system_test


def enclaved(*arguments):
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=60)


class store_commands(system_test):
    @classmethod
    def setUpClass(cls):
        pass  # no server

    def setUp(self):
        self.folder = self.a_folder()
        self.data = os.path.join(self.folder, "data")
        subprocess.run([os.environ["MAKE_STORE"], os.path.join(self.data, "store")], check=True)

    def fsck(self, data=None):
        return enclaved("fsck", f"--data-dir={data or self.data}")

    def test_a_store_in_order_is_counted_and_the_status_is_0(self):
        done = self.fsck()
        self.assertEqual((done.returncode, done.stdout), (0, "10 sessions, 100 entries, 0 notes: nothing is wrong\n"))

    def test_damage_is_a_line_each_and_the_status_is_1(self):
        table = max(glob.glob(os.path.join(self.data, "store", "*.sst")), key=os.path.getsize)
        with open(table, "r+b") as file:
            file.seek(200)
            file.write(b"\xff" * 20)
        done = self.fsck()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, "cannot be read|Corruption")
        self.assertIn("findings", done.stdout.splitlines()[-1])

    def test_files_that_make_the_library_give_up_are_a_finding(self):
        for name in os.listdir(os.path.join(self.data, "store")):
            path = os.path.join(self.data, "store", name)
            size = os.path.getsize(path)
            with open(path, "wb") as file:
                file.write(os.urandom(size))
        done = self.fsck()
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("findings", done.stdout.splitlines()[-1])

    def test_a_directory_without_a_store_is_an_error(self):
        done = self.fsck(os.path.join(self.folder, "none"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot be opened", done.stderr)

    def test_a_store_in_use_is_left_alone(self):
        holder = subprocess.Popen([os.environ["MAKE_STORE"], os.path.join(self.data, "store"), "hold"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.stdin.close)
        holder.stdout.readline()
        for command in (("fsck",), ("backup", "copy")):
            done = enclaved(*command, f"--data-dir={self.data}")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertIn("another process uses the store in", done.stderr)
        holder.stdout.close()

    def test_a_backup_is_made_and_restored(self):
        made = enclaved("backup", "monday", f"--data-dir={self.data}")
        self.assertEqual(made.returncode, 0, made.stderr)
        path = os.path.join(self.data, "backups", "monday")
        self.assertTrue(made.stdout.startswith(path + ", "))
        taken = enclaved("restore", path, f"--data-dir={self.data}")
        self.assertEqual(taken.returncode, 2)
        self.assertIn("there is a store already", taken.stderr)
        other = os.path.join(self.folder, "other")
        done = enclaved("restore", path, f"--data-dir={other}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.fsck(other).stdout, "10 sessions, 100 entries, 1 notes: nothing is wrong\n")
        self.assertEqual(self.fsck().returncode, 0)

    def test_a_damaged_backup_is_not_restored(self):
        path = os.path.join(self.folder, "copy")
        self.assertEqual(enclaved("backup", path, f"--data-dir={self.data}").returncode, 0)
        for manifest in glob.glob(os.path.join(path, "MANIFEST*")):
            os.remove(manifest)
        other = os.path.join(self.folder, "other")
        done = enclaved("restore", path, f"--data-dir={other}")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing was restored", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(other, "store")))


class the_data_of_a_server(durable_test):
    def test_is_in_order_after_it_was_killed_and_is_restored_from_a_backup_it_made(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.value("print('done'); return 1", session="s")
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        backup = os.path.join(self.a_folder(), "copy")
        made = enclaved("backup", backup, f"--connect=127.0.0.1:{self.own.port}")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertTrue(made.stdout.startswith(backup), made.stdout)
        self.assertIn("another process uses", enclaved("fsck", f"--data-dir={self.folder}").stderr)
        self.die()
        done = enclaved("fsck", f"--data-dir={self.folder}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith("1 sessions"), done.stdout)
        self.folder = self.a_folder()
        self.assertEqual(enclaved("restore", backup, f"--data-dir={self.folder}").returncode, 0)
        self.live()
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "answered")
        self.assertEqual([event["payload"]["result"] for event in after.wait_event("final", 2)], [1, "answered"])


if __name__ == "__main__":
    main()
