"""Runs the tests of a folder, and keeps how many were skipped: a skipped test has not passed."""

import sys
import unittest
from pathlib import Path

tests = unittest.defaultTestLoader.discover(sys.argv[1], top_level_dir=".")
done = unittest.TextTestRunner(verbosity=1).run(tests)
Path("skipped").write_text(str(len(done.skipped)))
sys.exit(not done.wasSuccessful())
