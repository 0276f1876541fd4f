#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs every test; started by tools/check, which installs what is missing first.

    tools/check [--quick] [STAGE...]

Stages, each in its own folder below build/check:
  plain     GCC, warnings as errors, all tests, with real peers in network namespaces
  asan      the same tests under AddressSanitizer and UndefinedBehaviorSanitizer
  tsan      the tests in which threads meet, under ThreadSanitizer
  clang     everything built by Clang, warnings as errors
  distcheck the tarball builds, tests (unit and lint) and installs from outside its source

--quick runs `plain` only. The last line is `N passed, N failed, N skipped`; exit 0 only without
failures. Expected time on 2 cores, with packages installed: see HACKING.md.
"""
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "build", "check")
JOBS = str(os.cpu_count() or 2)
THREAD_TESTS = ("test_io", "test_server", "test_hub", "test_link", "test_loop", "test_listener",
                "test_unix", "test_service", "test_engine", "test_session")
STAGES = {
    "plain": {"configure": ["--enable-werror"]},
    "asan": {"configure": ["--enable-werror", "--enable-sanitizers=address,undefined"],
             "env": {"TRANSFER_BYTES": "100000000"}, "leave_out": ("tests/lint/",)},
    "tsan": {"configure": ["--enable-werror", "--enable-sanitizers=thread"], "only": THREAD_TESTS},
    "clang": {"configure": ["--enable-werror"], "env": {"CC": "clang"}, "only": (),
              "make": ["check", "TESTS="]},
    # the network tests have run already; here the tarball itself is in question
    "distcheck": {"configure": [], "only": (), "make": [
        "distcheck", "TESTS=tests/unit/test_base tests/unit/test_branding_check"]},
}
RESULT = re.compile(r"^:test-result: (\w+)", re.MULTILINE)


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def step(self, stage, what, ok, log):
        if ok:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL {stage}: {what}; the end of {log}:")
        with open(log, encoding="utf-8", errors="replace") as file:
            print("    " + "    ".join(file.readlines()[-40:]), flush=True)

    def test(self, stage, name, result, log):
        if result == "PASS":
            self.passed += 1
        elif result == "SKIP":
            self.skipped += 1
            with open(log, encoding="utf-8", errors="replace") as file:
                why = [line for line in file if "SKIP" in line] or ["no reason given\n"]
            print(f"SKIP {stage}: {name}: {why[0].strip()}", flush=True)
        else:
            self.step(stage, f"{name} ({result})", False, log)


def logged(log, argv, cwd, env):
    with open(log, "ab") as file:
        return subprocess.run(argv, cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                              stdout=file, stderr=subprocess.STDOUT, check=False).returncode == 0


def all_tests(folder):
    """The TESTS list of a configured build folder."""
    out = subprocess.run(["make", "-s", "-f", "-", "print"], cwd=folder, text=True, check=True,
                         input="include Makefile\nprint:\n\t@echo $(TESTS)\n",
                         stdout=subprocess.PIPE).stdout
    return out.split()


def wanted_tests(stage, folder):
    tests = all_tests(folder)
    if "only" in stage:
        tests = [t for t in tests if any(os.path.basename(t).startswith(o) for o in stage["only"])]
    return [t for t in tests if not t.startswith(stage.get("leave_out", ("\0",)))]


def run_tests(name, stage, folder, env, tally):
    tests = wanted_tests(stage, folder)
    if not tests:
        return
    log = os.path.join(folder, "check.log")
    logged(log, ["make", "-k", "check", f"TESTS={' '.join(tests)}"], folder, env)
    for test in tests:
        base = os.path.join(folder, re.sub(r"\.(py|sh)$", "", test))
        trs = next((p for p in (f"{os.path.join(folder, test)}.trs", f"{base}.trs")
                    if os.path.exists(p)), None)
        if trs is None:
            tally.step(name, f"{test} left no result", False, log)
            continue
        with open(trs, encoding="utf-8") as file:
            result = RESULT.findall(file.read()) or ["ERROR"]
        tally.test(name, test, result[0], trs[:-4] + ".log")


def run_stage(name, tally):
    stage = STAGES[name]
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    env = {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1",
           **stage.get("env", {})}
    build_log = os.path.join(folder, "build.log")
    open(build_log, "wb").close()
    start = time.monotonic()
    print(f"== {name}: building", flush=True)
    # the Makefile itself reconfigures when its inputs change
    built = os.path.exists(os.path.join(folder, "Makefile")) or logged(
        build_log, [os.path.join(ROOT, "configure"), "-q", *stage["configure"]], folder, env)
    target = stage.get("make", ["all"])
    built = built and logged(build_log, ["make", f"-j{JOBS}", *target], folder, env)
    tally.step(name, f"make {target[0]}", built, build_log)
    if built:
        print(f"== {name}: testing ({time.monotonic() - start:.0f} s so far)", flush=True)
        run_tests(name, stage, folder, env, tally)
    print(f"== {name}: done in {time.monotonic() - start:.0f} s", flush=True)


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    if "--help" in sys.argv or not set(arguments) <= set(STAGES):
        print(__doc__)
        sys.exit(0 if "--help" in sys.argv else 2)
    stages = arguments or (["plain"] if "--quick" in sys.argv else list(STAGES))
    tally = Tally()
    os.makedirs(OUT, exist_ok=True)
    log = os.path.join(OUT, "autogen.log")
    open(log, "wb").close()
    tally.step("autogen", "./autogen.sh", logged(log, ["./autogen.sh"], ROOT, {}), log)
    for name in stages if tally.failed == 0 else ():
        run_stage(name, tally)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    sys.exit(1 if tally.failed else 0)


main()
