#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# The HTML report as readers use it: with a mouse, with the keyboard alone, on a wide screen and on a phone, with many
# tables, and with names that contain markup.
# Usage: page_test.py FOLDER [CLASS...]   (FOLDER: what browser_pages wrote)
import sys
import time
import unittest

from browser import PageTest
from selenium.webdriver.common.keys import Keys


def number(text):
    """The bytes that a text such as '1.5 KiB' stands for; 0 for '-'."""
    if text in ("–", ""):
        return 0.0
    value, unit = text.split()
    return float(value) * 1024 ** ("B", "KiB", "MiB", "GiB").index(unit)


class Cases:
    """What works on every screen."""

    def test_findings_come_first_with_advice_and_stack(self):
        self.open("some")
        self.assertEqual(self.texts("h2")[0], "Findings")
        self.assertGreater(self.count(".finding"), 0)
        card = self.find(".finding")
        self.assertIn("avoidable", card.text)
        self.assertNotEqual(self.find(".finding .advice code").text, "")
        self.assertIn("/src/", card.text)
        evidence, stack = self.find_all(".finding:first-child summary")
        evidence.click()
        stack.click()
        self.run_script("return new Promise(requestAnimationFrame)")
        self.assertGreater(self.count(".finding:first-child .pairs tr"), 2)
        self.assertGreater(self.count(".finding:first-child .stack li"), 5)
        self.assert_fits()

    def test_tables_can_be_sorted(self):
        self.open("some")
        self.assertEqual(self.count("#tables th[aria-sort=descending]"), 1)
        in_use = [number(text) for text in self.cells("tables", "In use")]
        self.assertEqual(in_use, sorted(in_use, reverse=True))
        self.find("#tables th[aria-sort] button").click()
        in_use = [number(text) for text in self.cells("tables", "In use")]
        self.assertEqual(in_use, sorted(in_use))
        self.assertEqual(self.count("#tables th[aria-sort=ascending]"), 1)
        self.find("#tables th button").click()
        self.assertEqual(self.cells("tables", "Table"), [f"table {i}" for i in range(30)])  # by number
        self.assertEqual(self.count("#tables th[aria-sort]"), 1)

    def test_tables_can_be_filtered(self):
        self.open("some")
        self.find("#tables-filter").send_keys("GO_MAP table 2")
        names = self.cells("tables", "Table")
        self.assertEqual(sorted(names), ["table 12", "table 20", "table 24", "table 28"])
        self.assertIn("4 of 30 tables", self.texts("#tables .status")[0])
        self.find("#tables-filter").send_keys(" nothing")
        self.assertEqual(self.count("#tables tbody tr"), 0)
        self.assertIn("none of 30", self.texts("#tables .status")[0])

    def test_a_table_opens(self):
        self.open("some")
        button = self.find("#tables tbody button.open")
        button.click()
        self.assertEqual(button.get_attribute("aria-expanded"), "true")
        detail = self.find("#tables tr.detail")
        self.assertIn("Growth", detail.text)
        self.assertIn("Most entries against the hint", detail.text)
        self.assertGreater(self.count("#tables .detail .stair"), 0)
        self.assertGreater(self.count("#tables .detail .step"), 5)
        self.assertEqual(self.count("#tables .detail .bar"), 6 + self.count("#tables .detail figure:nth-child(3) .bar"))
        self.assertIn("buckets", detail.text)
        self.assert_fits()
        width = self.run_script("return [arguments[0].querySelector('.inside').clientWidth, innerWidth]", detail)
        self.assertLess(width[0], width[1])
        button.click()
        self.assertEqual(self.count("#tables tr.detail"), 0)

    def test_a_table_leads_to_its_sites_and_they_to_stacks(self):
        self.open("some")
        self.find("#tables tbody button.open").click()
        name = self.cells("tables", "Table")[0]
        self.find("#tables .detail button.link").click()
        self.assertEqual(self.find("#sites-filter").get_attribute("value"), name)
        self.assertGreater(self.count("#sites tbody tr"), 0)
        self.find("#sites tbody button.open").click()
        self.assertGreater(self.count("#sites .detail .stack li"), 10)
        self.assertIn("bucketprof::hashmap::Map::make_bucket_array", self.texts("#sites .detail .stack li")[0])
        self.assert_fits()

    def test_the_flame_graph_zooms(self):
        self.open("some")
        whole = self.count(".frame")
        self.assertGreater(whole, 20)
        self.assertIn("inuse_space", self.texts("#flame .line")[0])
        root = self.run_script("return document.querySelector('.frame').getBoundingClientRect().width")
        # The narrowest frame of the third row becomes as wide as the graph.
        narrow = self.run_script("""
            const row = [...document.querySelectorAll('.frame[aria-level="3"]')];
            row.sort((a, b) => a.offsetWidth - b.offsetWidth);
            row[0].click();
            return row[0].dataset.node;""")
        wide = self.run_script(
            "return document.querySelector(`.frame[data-node='${arguments[0]}']`).getBoundingClientRect().width", narrow)
        self.assertAlmostEqual(wide, root, delta=2)
        self.assertEqual(self.count(".frame.above"), 2)
        self.assertIn("of all", self.texts("#flame .line")[0])
        self.find("#flame .tools button").click()
        self.assertEqual(self.count(".frame"), whole)
        self.assert_fits()

    def test_the_flame_graph_switches_and_finds(self):
        self.open("some")
        self.find("input[value=alloc_objects] + span").click()
        self.assertIn("alloc_objects", self.texts("#flame .line")[0])
        self.assertIn("blocks", self.texts("#flame .line")[0])
        self.find("#flame-search").send_keys("make_bucket_array")
        found = self.texts("#flame .status")[0]
        self.assertRegex(found, r"^\d+ frames?, \d+.* % of all$")
        self.assertTrue(all("make_bucket_array" in label for label in self.run_script(
            "return [...document.querySelectorAll('.frame.match')].map(e => e.getAttribute('aria-label'))")))

    def test_the_flame_graph_adds_up(self):
        self.open("some")
        total = self.run_script("return document.querySelector('#totals b').title")
        self.assertIn("inuse_space " + total, self.texts("#flame .line")[0])


class Wide(Cases, PageTest):
    pass


class Narrow(Cases, PageTest):
    size = (420, 800)


class Keyboard(PageTest):
    """Uses no mouse."""

    def tab_to(self, selector):
        for _ in range(60):
            if self.run_script("return document.activeElement.matches(arguments[0])", selector):
                return
            self.press(Keys.TAB)
        self.fail(f"{selector} cannot be reached")

    def go_to(self, section):
        """Follows a link at the top, which skips long tables."""
        self.open("some")
        self.tab_to(f"nav a[href='#{section}']")
        self.press(Keys.ENTER)

    def assert_focus_is_seen(self):
        outline = self.run_script("const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]")
        self.assertEqual(outline, ["solid", "2px"])

    def test_everything_can_be_reached_and_used(self):
        self.open("some")
        self.press(Keys.TAB)
        self.assertEqual(self.focused(), "Skip to the findings")
        self.tab_to("summary")
        self.press(Keys.ENTER)
        self.assertEqual(self.count("details[open]"), 1)
        self.go_to("tables")
        self.tab_to("#tables-filter")
        self.press("go_map")
        self.tab_to("#tables th button")
        self.assert_focus_is_seen()
        self.press(Keys.ENTER)
        self.assertEqual(self.count("#tables th[aria-sort]:first-child"), 1)
        self.assertEqual(self.focused(), "Table")
        self.tab_to("#tables button.open")
        self.assert_focus_is_seen()
        self.press(Keys.SPACE)
        self.assertEqual(self.count("#tables tr.detail"), 1)
        self.assertEqual(self.run_script("return document.activeElement.getAttribute('aria-expanded')"), "true")
        self.go_to("sites")
        self.tab_to("#sites button.open")
        self.press(Keys.ENTER)
        self.assertEqual(self.count("#sites tr.detail"), 1)
        self.go_to("flame")
        self.tab_to("#flame input[type=radio]")
        self.press(Keys.ARROW_RIGHT)
        self.assertIn("alloc_space", self.texts("#flame .line")[0])

    def test_the_flame_graph_by_arrows(self):
        self.go_to("flame")
        self.tab_to(".frame")
        self.assert_focus_is_seen()
        self.assertEqual(self.focused(), "all")
        self.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        level = "return document.activeElement.getAttribute('aria-level')"
        self.assertEqual(self.run_script(level), "3")
        self.press(Keys.ENTER)
        self.assertEqual(self.count(".frame.above"), 2)
        self.assertEqual(self.run_script(level), "3")
        self.press(Keys.ESCAPE)
        self.assertEqual(self.count(".frame.above"), 1)
        self.press(Keys.ESCAPE, Keys.ESCAPE)
        self.assertEqual(self.count(".frame.above"), 0)
        self.assertEqual(self.focused(), "all")
        left = "return document.activeElement.offsetLeft"
        for _ in range(8):  # down to the first frame that has a neighbour
            self.press(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
            if self.run_script(left) > 0:
                break
        self.assertGreater(self.run_script(left), 0)
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.run_script(left), 0)
        # The flame graph is one tab stop, however many frames it has.
        self.assertEqual(self.count(".frame[tabindex='0']"), 1)


class Large(PageTest):
    def test_five_thousand_tables(self):
        begin = time.monotonic()
        self.open("large")
        opened = time.monotonic()
        self.assertIn("5,000 tables", self.texts("#tables .status")[0])
        self.assertEqual(self.count("#tables tbody tr"), 100)
        self.assertLess(self.count("*"), 12000)
        self.assertLess(self.count(".frame"), 5000)
        self.find("#tables-filter").send_keys("table 4999")
        self.assertEqual(self.cells("tables", "Table"), ["table 4999"])
        filtered = time.monotonic()
        self.run_script("const i = document.getElementById('tables-filter'); i.value = ''; i.dispatchEvent(new Event('input'))")
        self.find("#tables th button").click()
        self.assertEqual(self.cells("tables", "Table")[99], "table 99")
        self.find("#tables .pager button:last-child").click()
        self.assertEqual(self.cells("tables", "Table")[0], "table 100")
        self.assertEqual(self.count("#tables tbody tr"), 100)
        print(f"opened in {opened - begin:.2f} s, filtered in {filtered - opened:.2f} s, "
              f"{self.count('*')} elements, {self.count('.frame')} frames")


class Hostile(PageTest):
    def test_names_stay_text(self):
        self.open("hostile")
        for button in self.find_all("button.open"):
            button.click()
        for summary in self.find_all("summary"):
            summary.click()
        self.assertEqual(self.cells("tables", "Table"), ["</script><img src=x onerror=\"window.harmed=1\">"])
        self.assertIn("<svg onload=alert(1)>", self.texts("#tables .detail")[0])
        self.assertIn("javascript:alert", self.texts("#sites .detail")[0])
        self.assertEqual(self.count("img, b[onerror], iframe, [onerror], [onload]"), 0)
        self.assertEqual(self.count("script"), 2)
        self.assertIsNone(self.run_script("return window.harmed ?? null"))

    def test_the_policy_stops_what_would_come_in(self):
        self.open("hostile")
        self.run_script("const s = document.createElement('script'); s.textContent = 'window.harmed = 1'; document.body.append(s)")
        self.assertIsNone(self.run_script("return window.harmed ?? null"))
        self.assertEqual(len(self.driver.get_log("browser")), 1)  # the report of the violation


class Other(PageTest):
    def test_an_empty_profile(self):
        self.open("empty")
        self.assertEqual(len(self.texts(".calm")), 3)
        self.assertEqual(self.count(".frame"), 0)

    def test_a_foreign_profile(self):
        self.open("foreign")
        self.assertEqual(self.count("#tables table"), 0)
        self.assertGreater(self.count("#sites tbody tr"), 0)
        self.assertIn("Missing", self.texts("#facts dt"))
        self.find("#sites button.open").click()
        self.assertEqual(self.count("#sites .detail"), 1)

    def test_a_profile_without_findings(self):
        self.open("sample")
        self.assertIn("No findings", self.texts("#findings .calm")[0])
        self.assertEqual(self.cells("tables", "Table"), ["prices", "orders"])

    def test_dark_is_dark(self):
        for scheme, is_dark in (("light", False), ("dark", True)):
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                        {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            self.open("sample")
            colour = self.run_script("return getComputedStyle(document.body).backgroundColor")
            self.assertEqual(sum(int(part) for part in colour[4:-1].split(",")) < 200, is_dark)

    def test_print_shows_no_controls(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.open("sample")
        self.assertFalse(self.find("#tables .tools").is_displayed())
        self.assertTrue(self.find("#tables table").is_displayed())
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


if __name__ == "__main__":
    PageTest.pages = sys.argv[1]
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
