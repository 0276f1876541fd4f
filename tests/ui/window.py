# SPDX-License-Identifier: Apache-2.0
"""The real window, driven by keys and read through AT-SPI. Started by window.sh."""
import faulthandler
import os
import shutil
import subprocess
import sys
import time
import unittest

from a11y_tree import FOCUSABLE, SENSITIVE
from scripted_service import HANG_UP, PROFILES, Service, status
from window_lab import HERE, Screen, Window

TWO = PROFILES + [{"id": "20-osaka", "name": "Osaka", "needs_password": False, "user": "bob"}]
ASKING = [{"id": "10-main", "name": "Tokyo", "needs_password": True, "user": ""}]
ERRORS = ["auth", "trust", "unreachable", "name", "no-address", "hub", "limit", "denied",
          "not-vpn", "device", "profile", "internal"]
TEST_LIMIT_S = 90
LOOKS = [("en", "--light"), ("en", "--dark"), ("ja", "--light"), ("ja", "--dark")]
PRODUCT = {"en": "Kawabe Link", "ja": "かわべリンク"}


def connected():
    return status("connected", server="vpn.kawabe.example:443", user="alice",
                  address="192.168.30.10", bytes_in=123456789, bytes_out=4567890,
                  since_ms=int(time.time() * 1000) - 3725000)


def filled(text, language):
    """With the placeholders of the errors filled in as the window does."""
    values = {"product": PRODUCT[language], "company": "Kawabe Works",
              "server": "vpn.kawabe.example:443", "user": "alice",
              "profile": "東京" if language == "ja" else "Tokyo"}
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


class WindowTest(unittest.TestCase):
    def setUp(self):
        faulthandler.dump_traceback_later(TEST_LIMIT_S, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)

    def expect_state(self, window, state):
        words = window.words
        window.says(words["a11y.status"].replace("{status}", words["status." + state]))

    def check_names(self, window):
        """What takes the focus has a name, and nobody sees whose software it is."""
        for node in window.objects():
            if node.has(FOCUSABLE) and node.role() not in ("frame", "dialog"):
                self.assertTrue(node.spoken_name(), f"a {node.role()} without a name")
        for text in window.texts():
            self.assertNotIn("noren", text.lower())

    def test_every_state_says_so_in_each_language_and_shade(self):
        for language, shade in LOOKS:
            look = language + shade
            with Window(status("off"), language, [shade]) as window:
                self.expect_state(window, "off")
                self.check_names(window)
                window.picture(f"{look}-off")
                for state in ("connecting", "reconnecting"):
                    window.service.say(status(state))
                    self.expect_state(window, state)
                    self.check_names(window)
                    window.picture(f"{look}-{state}")
                window.service.say(connected())
                self.expect_state(window, "connected")
                window.says(filled(window.words["hint.connected"], language))
                window.picture(f"{look}-connected")
                self.check_names(window)

    def test_every_error_says_what_happened_and_what_to_do(self):
        for language in ("en", "ja"):
            with Window(status("off"), language) as window:
                for error in ERRORS:
                    window.service.say(status("error", error=error, detail="line 3: what",
                                              server="vpn.kawabe.example:443", user="alice"))
                    window.says(filled(window.words[f"err.{error}.title"], language))
                    window.says(filled(window.words[f"err.{error}.text"], language))
                    window.says(filled(window.words["error.support"], language))
                    self.check_names(window)
                window.says(window.words["error.detail"].replace("{detail}", "line 3: what"))
                window.service.say(status("error", error="trust"))
                window.says(window.words["err.trust.title"])
                window.picture(f"{language}-error-trust")

    def test_return_connects_and_then_disconnects(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            window.has_focus("Connect")
            window.keys("Return")
            self.assertEqual(window.service.wait_call("connect"),
                             {"call": "connect", "profile": "10-main"})
            self.expect_state(window, "connecting")
            window.service.say(connected())
            self.expect_state(window, "connected")
            window.has_focus("Disconnect")
            window.keys("Return")
            window.service.wait_call("disconnect")
            self.expect_state(window, "disconnecting")
            window.service.say(status("off"))
            self.expect_state(window, "off")

    def test_cancel_stops_an_attempt(self):
        with Window(status("connecting")) as window:
            self.expect_state(window, "connecting")
            window.keys("alt+c")
            window.service.wait_call("disconnect")

    def test_credentials_are_asked_for_and_sent_by_keyboard_alone(self):
        with Window(status("off", profiles=ASKING)) as window:
            window.says(filled(window.words["login.hint"], "en"))
            window.has_focus("User name")
            self.check_names(window)
            window.types("alice")
            window.keys("Tab")
            window.has_focus("Password")
            window.types('p"w1')
            window.picture("en-login")
            window.keys("Tab", "Tab")
            window.has_focus("Remember me on this computer")
            window.keys("space", "Return")
            self.assertEqual(window.service.wait_call("connect"),
                             {"call": "connect", "profile": "10-main", "username": "alice",
                              "password": 'p"w1', "save": False})

    def test_an_empty_form_is_not_sent(self):
        with Window(status("off", profiles=ASKING)) as window:
            window.has_focus("User name")
            window.types("alice")
            window.keys("Return")
            window.has_focus("Password")
            self.assertEqual([c["call"] for c in window.service.calls], ["hello"])

    def test_refused_credentials_bring_the_form_back(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            window.service.say(status("error", error="auth", user="alice"))
            window.says(window.words["err.auth.title"])
            window.has_focus("Password")
            window.types("better")
            window.keys("Return")
            call = window.service.wait_call("connect")
            self.assertEqual((call["username"], call["password"], call["save"]),
                             ("alice", "better", True))

    def test_a_refused_call_is_shown_as_an_error(self):
        refusal = {"event": "refused", "call": "connect", "error": "profile", "detail": "no trust"}
        with Window(status("off"), answers={"connect": [refusal]}) as window:
            self.expect_state(window, "off")
            window.keys("Return")
            window.says(window.words["err.profile.title"])

    def test_tab_reaches_everything(self):
        with Window(status("off", profiles=TWO)) as window:
            self.expect_state(window, "off")
            wanted = {n.spoken_name() for n in window.objects()
                      if n.has(FOCUSABLE) and n.has(SENSITIVE)
                      and n.role() in ("push button", "combo box", "toggle button")}
            wanted -= {"Close", "Minimize", "Maximize"}  # the frame's, reached by its own keys
            self.assertLessEqual({"Connect", "Menu"}, wanted)
            seen = set()
            for _ in range(3 * len(wanted)):
                before = window.focused()
                seen.add(before.spoken_name() if before else "")
                window.keys("Tab")
            self.assertLessEqual(wanted, seen)

    def test_the_big_button_stays_in_sight_when_an_error_comes_at_once(self):
        failed = status("error", error="trust", retry_in_ms=60000, profiles=TWO + ASKING)

        def in_sight(window):
            nodes = window.objects()
            frame = [n for n in nodes if n.role() == "frame"]
            button = [n for n in nodes if n.name() == "Cancel"]
            return frame and button and button[0].bottom() <= frame[0].bottom()

        with Window(status("off", profiles=ASKING + TWO)) as window:
            window.says(filled(window.words["login.hint"], "en"))
            for event in (status("connecting", profiles=TWO), failed) * 3:
                window.service.say(event)
            window.says(window.words["err.trust.title"])
            window.wait(lambda: in_sight(window), "the button in the window")

    def test_another_profile_is_chosen_by_keyboard(self):
        with Window(status("off", profiles=TWO)) as window:
            window.says(window.words["hint.off"].replace("{profile}", "Tokyo"))
            window.keys("alt+o", "Down")
            window.says(window.words["hint.off"].replace("{profile}", "Osaka"))
            window.keys("alt+c")
            self.assertEqual(window.service.wait_call("connect")["profile"], "20-osaka")

    def test_details_open_with_their_letter(self):
        with Window(connected()) as window:
            self.expect_state(window, "connected")
            window.keys("alt+e")
            for text in ("192.168.30.10", "vpn.kawabe.example:443", "123 MB", "4.6 MB"):
                window.says(text)
            self.check_names(window)
            window.picture("en-details")

    def test_log_and_about_open_and_escape_closes_them(self):
        log = {"event": "log", "text": "2026-03-01T10:20:30.123Z info tunnel: up\n"}
        with Window(connected(), answers={"log": [log]}) as window:
            self.expect_state(window, "connected")
            window.keys("F10")
            window.says("Log")
            window.picture("en-menu")
            window.keys("Down", "Return")
            window.says(log["text"])
            self.check_names(window)
            window.focus("Log of Kawabe Link")
            window.picture("en-log")
            window.keys("Escape")
            window.wait(lambda: not window.window_ids("Log of"), "the log to close")

    def test_about_names_product_company_and_links(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            window.keys("F10")
            window.says("About Kawabe Link")
            window.keys("Down", "Down", "Down", "Return")
            window.focus("About Kawabe Link")
            for text in ("The short way to the office", "Provided by Kawabe Works",
                         "© 2026 Kawabe Works", "Privacy policy", "Terms of use", "Website"):
                window.says(text)
            self.assertNotIn("Your account", window.texts())
            self.check_names(window)
            window.keys("alt+l")
            window.wait(lambda: any("without any warranty" in t for t in window.texts()), "notices")
            window.picture("en-about")
            window.keys("Escape")
            window.wait(lambda: not window.window_ids("About"), "about to close")

    def test_a_service_that_is_restarted_is_found_again(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            window.service.stop()
            window.says(filled(window.words["err.no-service.title"], "en"))
            self.check_names(window)
            window.picture("en-no-service")
            window.service = Service(window.service.path, connected())
            self.expect_state(window, "connected")

    def test_a_service_that_does_not_admit_the_user_is_told_apart(self):
        refusal = {"event": "refused", "call": "hello", "error": "denied", "detail": ""}
        for answer in (refusal, HANG_UP):
            with Window(status("off"), answers={"hello": [answer]}) as window:
                window.says(window.words["err.access.title"])

    def test_lines_that_are_no_events_do_not_harm(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            for junk in (b"\n", b"{}\n", b"[1]\n", b"\xff\xfe\n", b'{"event":"status"}\n'):
                window.service.say(junk)
            window.service.say(connected())
            self.expect_state(window, "connected")
            window.service.say(b"x" * 20000)  # the line is given up and taken up again
            window.service.wait_call("hello", 2)
            self.expect_state(window, "connected")

    def test_the_desktop_sees_the_brand_only(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            seen = subprocess.run(["xprop", "-id", window.window_ids()[-1], "WM_CLASS", "WM_NAME",
                                   "_NET_WM_NAME", "WM_ICON_NAME", "_GTK_APPLICATION_ID"],
                                  capture_output=True, text=True, check=True).stdout
            self.assertIn('WM_CLASS(STRING) = "kawabe", "kawabe"', seen)
            self.assertIn('"Kawabe Link"', seen)
            self.assertNotIn("noren", seen.lower())

    def test_a_second_start_raises_the_first_window(self):
        with Window(status("off")) as window:
            self.expect_state(window, "off")
            second = subprocess.run([f"{HERE}/noren-connect", "--brand", f"{HERE}/brand"],
                                    timeout=20, check=False)
            self.assertEqual(second.returncode, 0)

    def brand_with(self, page):
        folder = f"{os.environ['HOME']}/brand-{self.id().rsplit('.', 1)[1]}"
        shutil.copytree(f"{HERE}/brand", folder)
        os.mkdir(f"{folder}/ui")
        with open(f"{folder}/ui/main.ui", "w", encoding="utf-8") as file:
            file.write(page)
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def base_page(self):
        with open(f"{HERE}/ui/main.ui", encoding="utf-8") as file:
            return file.read()

    def test_a_page_of_the_brand_takes_the_place_of_ours(self):
        page = self.base_page().replace(">a11y.logo<", ">about.company<")
        with Window(status("off"), brand=self.brand_with(page)) as window:
            window.says("Provided by Kawabe Works")
            self.expect_state(window, "off")

    def test_every_example_brand_opens_with_its_own_pages(self):
        brands = sorted(os.listdir(f"{HERE}/brands"))
        self.assertTrue(brands)
        for brand in brands:
            for shade in ("--light", "--dark"):
                with Window(connected(), options=[shade], brand=f"{HERE}/brands/{brand}") as window:
                    window.wait(lambda: any("Tokyo" in text for text in window.texts()), "its state")
                    self.check_names(window)
                    window.picture(f"{brand}{shade}")
                    with open(window.log.name, encoding="utf-8") as log:
                        self.assertNotIn("WARNING", log.read())

    def test_a_page_that_breaks_the_contract_is_left_out(self):
        bad_name = self.base_page().replace('id="main_button"', 'id="knob"')
        bad_property = self.base_page().replace('name="spacing">20<', 'name="spaciness">20<', 1)
        for number, page in enumerate((bad_name, bad_property, "no xml", "")):
            self.assertNotEqual(page, self.base_page())
            with self.subTest(number), \
                    Window(status("off"), brand=self.brand_with(page)) as window:
                self.expect_state(window, "off")
                window.has_focus("Connect")
                with open(window.log.name, encoding="utf-8") as log:
                    self.assertIn("ui/main.ui", log.read())
            self.doCleanups()


if __name__ == "__main__":
    screen = Screen()
    try:
        done = unittest.main(argv=["window"] + sys.argv[1:], exit=False, verbosity=2)
    finally:
        screen.close()
    sys.exit(0 if done.result.wasSuccessful() else 1)
