"""Takes the pictures of docs/images anew, for `make shots`; look at each before committing it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
MOST_BYTES = 200_000
PAPER = (236, 233, 227)
LOAD_AT_ONCE = """images => Promise.all(images.map(image => {
  image.loading = "eager";
  return image.decode();
}))"""


@contextmanager
def demo_server() -> Iterator[str]:
    """The demo school in a folder of its own, served until the block ends; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"VISAVIS_DATA": folder, "VISAVIS_DEMO": "1"}
        command = [sys.executable, "-m", "visavis.cli.main"]
        subprocess.run([*command, "demo"], check=True, env=environment, cwd=ROOT)
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=environment, cwd=ROOT
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(port)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(port: int, seconds: int = 90) -> None:
    """Wait until the server is ready. Raises TimeoutError."""
    for _ in range(seconds * 2):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except (HTTPException, OSError):
            time.sleep(0.5)
    raise TimeoutError(f"Nothing answers on port {port}.")


@dataclass
class Camera:
    """A signed-in browser of one size; each picture is named for what it shows."""

    page: Page
    size: str
    address: str

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def take(self, name: str, *, whole: bool = False) -> None:
        """A picture of what is seen first, or of the whole page, portraits loaded."""
        self.page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        self.page.evaluate("document.fonts.ready")
        self.page.locator("img[src]").evaluate_all(LOAD_AT_ONCE)
        self.page.wait_for_load_state("networkidle")
        path = IMAGES / f"{name}-{self.size}.png"
        save_small(self.page.screenshot(full_page=whole), path)


def save_small(png: bytes, path: Path) -> None:
    """Keep a picture with few enough colours to stay under 200 KB."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            return
    raise ValueError(f"{path.name} is larger than {MOST_BYTES} bytes.")


def camera(browser: Browser, size: str, address: str, who: str) -> Camera:
    """A camera signed in as one of the demo's people."""
    width, height = SIZES[size]
    page = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-US"
    ).new_page()
    page.goto(f"{address}/accounts/login/")
    page.get_by_role("button", name=who).click()
    page.wait_for_load_state()
    return Camera(page, size, address)


def choose_format(page: Page, name: str) -> None:
    """Follow the card of a kind of meeting; the meetings above it bear its name too."""
    page.locator("section[aria-labelledby=formats] a").filter(has_text=name).first.click()


def student_steps(shots: Camera) -> str:
    """The steps up to the review. Returns its path."""
    page = shots.page
    shots.open(f"{MENTORING}/learn/")
    shots.take("step-1-learn")
    choose_format(page, "Schedule a Meeting")
    shots.take("step-2-pick-a-person")
    page.locator(".people-cards a").filter(has_text="Talia").first.click()
    shots.take("step-3-pick-a-time")
    page.locator("#times .time-link").first.click()
    shots.take("step-4-who")
    page.get_by_role("link", name="Select").first.click()
    shots.take("step-5-where")
    page.locator("main a[href*='/topic/']").first.click()
    answer(page)
    shots.take("step-6-topic")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/review/")
    shots.take("step-7-review")
    return page.url.removeprefix(shots.address)


def booked(shots: Camera) -> None:
    """From the review to the booked meeting, and where it is found again."""
    page = shots.page
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/bookings/*/")
    shots.take("step-7-done")
    shots.open(f"{MENTORING}/learn/")
    shots.take("learn-booked")


def answer(page: Page) -> None:
    """Fill in the questions of the demo's first format."""
    for field in page.locator("main textarea, main input[type=text]").all():
        field.fill("Planning my first weeks, and finding a study group.")
    for box in page.locator("main input[type=checkbox]").all()[:1]:
        box.check()


def wait_at_review(shots: Camera, review: str) -> None:
    """Have answered the questions, and be about to book."""
    page = shots.page
    shots.open(review.replace("/review/", "/topic/"))
    answer(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/review/")


def just_taken(shots: Camera) -> None:
    """What somebody reads whose time another student booked while they stood at the review."""
    page = shots.page
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("heading", name="just taken").wait_for()
    shots.take("taken")


def week_view(shots: Camera) -> None:
    """Everybody's times together, as a week."""
    page = shots.page
    shots.open(f"{MENTORING}/learn/")
    choose_format(page, "Schedule a Meeting")
    page.locator(".people-cards a").filter(has_text="All available").first.click()
    page.get_by_role("link", name="Week", exact=True).click()
    page.locator("table.week").wait_for()
    shots.take("week")


def weekly(shots: Camera) -> None:
    """A weekly meeting week by week, booked, and where it is found again."""
    page = shots.page
    shots.open(f"{MENTORING}/learn/")
    choose_format(page, "Weekly hour")
    page.locator(".people-cards a").filter(has_text="Talia").first.click()
    page.locator("#times .time-link").first.click()
    page.get_by_role("link", name="Select").first.click()
    page.locator("main a[href*='/weeks/']").first.click()
    page.get_by_label("How many weeks").select_option("4")
    page.get_by_role("button", name="Show these weeks").click()
    page.get_by_role("heading", name="weeks will be booked").wait_for()
    shots.take("weekly-preview")
    page.get_by_role("button", name="Continue").click()
    answer(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/review/**")
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("heading", name="Your weekly meetings are booked").wait_for()
    shots.take("weekly-booked")
    shots.open(f"{MENTORING}/learn/")
    shots.take("learn-series", whole=True)


def waitlist(shots: Camera) -> None:
    """What is asked of whoever waits for a time to come free."""
    page = shots.page
    shots.open(f"{MENTORING}/learn/")
    choose_format(page, "Schedule a Meeting")
    page.locator(".people-cards a").filter(has_text="All available").first.click()
    page.goto(page.url.split("?")[0].replace("/times/", "/waitlist/"))
    shots.take("waitlist", whole=True)


def plans_of_a_mentor(shots: Camera) -> None:
    """Other times for a request, the log of a meeting, and a day on which one is ill."""
    page = shots.page
    shots.open(MENTOR["teach"])
    page.get_by_role("link", name="Propose another time").first.click()
    shots.take("proposal", whole=True)
    shots.open(f"{MENTORING}/teach/to-log/")
    page.get_by_role("link", name="Write the log").first.click()
    shots.take("log", whole=True)
    # Whichever day it is, someone meets her within the next few.
    until = datetime.now(UTC).date() + timedelta(days=4)
    shots.open(f"{MENTORING}/teach/hours/sick-leave/?until={until}")
    shots.take("sick", whole=True)


def questions(shots: Camera) -> None:
    """What a format asks, beside the page as students see it."""
    shots.open(ADMIN["formats"])
    shots.page.get_by_role("link", name=re.compile(r"^\d+ questions?\b")).first.click()
    shots.take("questions", whole=True)


def import_preview(shots: Camera) -> None:
    """The preview of a file of people of which one row has a problem."""
    page = shots.page
    shots.open(f"{MENTORING}/manage/imports/providers/")
    page.set_input_files(
        "input[type=file]",
        {"name": "providers.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()},
    )
    page.get_by_role("button", name="Upload and preview").click()
    page.get_by_role("button", name="Apply the good rows").wait_for()
    shots.take("import-preview", whole=True)


MENTORING = "/c/peer-mentoring"
PEOPLE = """\
Email,First Name,Last Name,SSO ID,Courses
noor.ali@demo.visavis.test,Noor,Ali,,All available Peer Mentoring
mina.park.demo.visavis.test,Mina,Park,,All available Peer Mentoring
theo.marsh@demo.visavis.test,Theo,Marsh,,All available Peer Mentoring
"""
MENTOR = {
    "teach": f"{MENTORING}/teach/",
    "hours": f"{MENTORING}/teach/hours/",
    "away": f"{MENTORING}/teach/hours/changes/new/?kind=away",
    "profile": f"{MENTORING}/teach/profile/",
    "calendars": "/accounts/calendars/",
}
ADMIN = {
    "manage": f"{MENTORING}/manage/",
    "upload": f"{MENTORING}/manage/imports/providers/",
    "eligibility": "/c/learning-centre/manage/eligibility/",
    "wording": f"{MENTORING}/manage/wording/",
    "settings": f"{MENTORING}/manage/settings/",
    "formats": f"{MENTORING}/manage/formats/",
    "messages": f"{MENTORING}/manage/messages/",
    "undelivered": f"{MENTORING}/manage/messages/undelivered/",
    "absences": f"{MENTORING}/manage/absences/",
    "terms": f"{MENTORING}/manage/terms/",
    "guide": f"{MENTORING}/manage/setup/",
    "calendar": f"{MENTORING}/manage/calendar/",
    "appointments": f"{MENTORING}/manage/appointments/",
}


def pages(shots: Camera, paths: dict[str, str]) -> None:
    """Plain pages, each by its address."""
    for name, path in paths.items():
        shots.open(path)
        shots.take(name)


def dark(browser: Browser, address: str) -> None:
    """The page of people as a phone shows it at night."""
    shots = camera(browser, "phone", address, "a student")
    shots.page.emulate_media(color_scheme="dark")
    shots.open(f"{MENTORING}/learn/")
    choose_format(shots.page, "Schedule a Meeting")
    shots.take("dark")


def join_for_readme() -> None:
    """The picture of the README: the same page on a desktop and, before it, on a phone."""
    desktop = Image.open(IMAGES / "step-3-pick-a-time-desktop.png").convert("RGB")
    phone = Image.open(IMAGES / "step-3-pick-a-time-phone.png").convert("RGB")
    phone = phone.resize((312, 675), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (1400, 860), PAPER)
    canvas.paste(desktop, (40, 30))
    canvas.paste(Image.new("RGB", (320, 683), PAPER), (1036, 150))
    canvas.paste(phone, (1040, 154))
    buffer = BytesIO()
    canvas.save(buffer, "PNG")
    save_small(buffer.getvalue(), IMAGES / "readme.png")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        for size in SIZES:
            student = camera(browser, size, address, "a student")
            admin = camera(browser, size, address, "an administrator")
            wait_at_review(admin, student_steps(student))
            booked(student)
            just_taken(admin)
            week_view(student)
            weekly(student)
            waitlist(student)
            mentor = camera(browser, size, address, "a mentor")
            pages(mentor, MENTOR)
            plans_of_a_mentor(mentor)
            pages(admin, ADMIN)
            questions(admin)
            import_preview(admin)
        dark(browser, address)
        browser.close()
    join_for_readme()


if __name__ == "__main__":
    main()
