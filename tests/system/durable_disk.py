"""A disk that is full or may not be written to: what needs no disk is served, durable work is refused, and it mends itself."""

import os
import shutil
import subprocess
import sys

from support import code_of, durable_test, main

OWN_MOUNTS = "DURABLE_DISK_MOUNTS"


def enter_own_mounts():
    """Starts the program anew where its mounts are nobody else's and gone with it, if that is permitted."""
    tool = shutil.which("unshare")
    if OWN_MOUNTS in os.environ or os.geteuid() != 0 or not tool:
        return
    if subprocess.run([tool, "--mount", "true"], capture_output=True, check=False).returncode == 0:
        os.environ[OWN_MOUNTS] = "yes"
        os.execv(tool, [tool, "--mount", "--propagation=private", sys.executable, *sys.argv])


class a_small_disk(durable_test):
    def setUp(self):
        if OWN_MOUNTS not in os.environ:
            print("(skipped: mounting is not permitted) ", end="")
            self.skipTest("mounting is not permitted")
        self.folder = self.a_folder()
        self.mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", self.folder)
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=False)
        self.live()

    @staticmethod
    def mount(*arguments):
        subprocess.run(["mount", *arguments], check=True)

    def fill(self):
        try:
            with open(os.path.join(self.folder, "filler"), "ab") as file:
                while True:
                    file.write(bytes(1 << 16))
                    file.flush()
        except OSError:
            pass

    def free(self):
        os.unlink(os.path.join(self.folder, "filler"))

    def waiting(self):
        """A session whose script waits for its tool."""
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return [await callTool('t'), await callTool('u')]", session="s")
        one.wait_calls(1)
        return one

    def until_refused(self, one):
        """Durable work, until the server has noticed; answers how it refused. What it was writing down then waits."""
        ids = []

        def refused():
            ids.append(one.begin("run", {"code": "print('x'.repeat(100000))", "durable": True}))
            one.pump(0.1)
            return next((one.answers[each][0] for each in ids if one.answers.get(each, (None,))[0]), None)
        return one.until(refused, 20, "a refusal")

    def until_taken(self, one):
        one.until(lambda: one.answer(one.begin("run", {"code": "return 1", "durable": True}))["ok"]
                  if one.request("status")["store"]["ok"] else False, 15, "durable work again")

    def serves_what_needs_no_disk(self, one):
        self.assertEqual(one.value("return 1"), 1)
        self.assertEqual(one.request("session.info", {"session": "s"})["status"], "waiting")
        self.assertEqual(self.recorded(one)[-1]["type"], "tool_call")
        told = one.request("status")["store"]
        self.assertIs(told["ok"], False)
        self.assertTrue(told["reason"])

    def test_row_38_that_is_full_refuses_durable_work_and_recovers_alone(self):
        one = self.waiting()
        self.fill()
        refused = self.until_refused(one)
        self.assertEqual(refused["code"], "UNAVAILABLE")
        self.assertGreater(refused["retry_after_ms"], 0)
        self.serves_what_needs_no_disk(one)
        self.free()
        self.until_taken(one)
        one.reply(one.calls[0]["msgid"], "t")
        one.reply(one.wait_calls(2)[1]["msgid"], "u")
        self.assertEqual(one.wait_event("final")[0]["payload"]["result"], ["t", "u"])

    def test_row_38_that_is_full_when_an_answer_comes_holds_the_script_back_until_there_is_room(self):
        one = self.waiting()
        self.fill()
        self.until_refused(one)
        one.reply(one.calls[0]["msgid"], "t")
        one.request("ping")
        self.assertEqual(len(one.calls), 1)  # nothing is told that is not on disk
        self.free()
        one.reply(one.wait_calls(2)[1]["msgid"], "u")
        self.assertEqual(one.wait_event("final")[0]["payload"]["result"], ["t", "u"])

    def test_row_38_that_is_full_when_the_server_dies_and_comes_back_loses_nothing(self):
        one = self.waiting()
        known = self.recorded(one)
        self.fill()
        self.until_refused(one)
        self.die_and_live()
        after = self.join()
        self.assertEqual(after.value("return 1"), 1)
        self.free()
        self.until_taken(after)
        after = self.back(tools=lambda tool, args: tool)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["t", "u"])
        self.assertEqual(self.recorded(after)[:len(known)], known)

    def test_that_is_read_only_refuses_durable_work_and_recovers_alone(self):
        one = self.waiting()
        # Files that are open for writing forbid the change, as on any system that still works; so the server begins there.
        self.die()
        self.mount("-o", "remount,ro", self.folder)
        self.live()
        after = self.join()
        self.assertEqual(self.until_refused(after)["code"], "UNAVAILABLE")
        self.assertEqual(after.value("return 1"), 1)
        self.assertIs(after.request("status")["store"]["ok"], False)
        self.mount("-o", "remount,rw", self.folder)
        self.until_taken(after)
        after = self.back(tools=lambda tool, args: tool)
        self.assertEqual(code_of(after.wait_event("final")[0]["payload"]), "OK")
        self.assertEqual(len(one.calls), 1)


if __name__ == "__main__":
    enter_own_mounts()
    main()
