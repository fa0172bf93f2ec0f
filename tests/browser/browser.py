# SPDX-License-Identifier: Apache-2.0
#
# Headless Chromium without a network, with the helpers that the tests of the page need. Each process has one
# browser for all its test classes, because starting it takes longer than a test.
import atexit
import os
import shutil
import sys
import tempfile
import unittest

SKIPPED = 77  # what ctest takes for a skipped test

if shutil.which("chromium") is None:
    print("skipped: chromium is not installed: run scripts/setup test")
    sys.exit(SKIPPED)

from selenium import webdriver  # noqa: E402
from selenium.webdriver import ActionChains  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402


def started():
    """The browser; it ends with this process."""
    home = tempfile.TemporaryDirectory()
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-prefers-reduced-motion", "--window-size=1400,1100",
                     "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={home.name}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
    atexit.register(home.cleanup)
    atexit.register(driver.quit)
    return driver


class PageTest(unittest.TestCase):
    """`size` is the screen; below 600 it is a telephone's."""
    size = (1280, 900)
    pages = ""
    driver = None

    @classmethod
    def setUpClass(cls):
        if PageTest.driver is None:
            PageTest.driver = started()
        width, height = cls.size
        cls.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def tearDown(self):
        self.assertEqual(self.driver.get_log("browser"), [])

    def open(self, name):
        self.driver.get("file://" + os.path.join(self.pages, name + ".html"))
        self.assert_fits()

    def run_script(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def find_all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def count(self, selector):
        return self.run_script("return document.querySelectorAll(arguments[0]).length", selector)

    def texts(self, selector):
        return self.run_script("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)

    def cells(self, grid, column):
        """The texts of a column, by its title."""
        titles = self.texts(f"#{grid} .grid > thead th")
        return self.texts(f"#{grid} .grid > tbody > tr:not(.detail) > :nth-child({titles.index(column) + 1})")

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(key).perform()

    def focused(self):
        return self.run_script("return document.activeElement.textContent")

    def assert_fits(self):
        """The page never scrolls sideways."""
        widths = self.run_script("return [document.documentElement.scrollWidth, innerWidth]")
        self.assertLessEqual(widths[0], self.size[0])
        self.assertEqual(widths[1], self.size[0])
