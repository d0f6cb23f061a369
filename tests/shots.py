"""Takes the pictures of docs/images anew, for `make shots`; look at each before committing it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
MOST_BYTES = 200_000
PAPER = (236, 233, 227)


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

    def take(self, name: str) -> Path:
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_load_state("networkidle")
        path = IMAGES / f"{name}-{self.size}.png"
        save_small(self.page.screenshot(), path)
        return path


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


def student_steps(shots: Camera) -> None:
    """The seven steps, from the learn screen to the confirmed meeting."""
    page = shots.page
    shots.open("/c/peer-mentoring/learn/")
    shots.take("step-1-learn")
    page.get_by_role("link", name="Schedule a Meeting").first.click()
    shots.take("step-2-pick-a-person")
    page.get_by_role("link", name="Talia").first.click()
    shots.take("step-3-pick-a-time")
    page.locator("main a[href*='/providers/']").nth(2).click()
    shots.take("step-4-who")
    page.locator("main a[href*='/places/']").first.click()
    shots.take("step-5-where")
    page.locator("main a[href*='/topic/']").first.click()
    for field in page.locator("main textarea, main input[type=text]").all():
        field.fill("Planning my first weeks, and finding a study group.")
    for box in page.locator("main input[type=checkbox]").all()[:1]:
        box.check()
    shots.take("step-6-topic")
    page.locator("main form button[type=submit]").last.click()
    shots.take("step-7-review")
    page.locator("main form button[type=submit]").last.click()
    shots.take("step-7-done")


def week_view(shots: Camera) -> None:
    """Everybody's times together, as a week."""
    shots.open("/c/peer-mentoring/learn/")
    page = shots.page
    page.get_by_role("link", name="Schedule a Meeting").first.click()
    page.get_by_role("link", name="All available").first.click()
    page.get_by_role("link", name="Week", exact=True).click()
    shots.take("week")


MENTOR = {"teach": "/c/peer-mentoring/teach/", "hours": "/c/peer-mentoring/teach/hours/"}
ADMIN = {
    "manage": "/c/peer-mentoring/manage/",
    "services": "/c/learning-centre/manage/services/",
    "eligibility": "/c/learning-centre/manage/providers/eligibility/",
    "wording": "/c/peer-mentoring/manage/wording/",
    "settings": "/c/peer-mentoring/manage/settings/",
}


def pages(shots: Camera, paths: dict[str, str]) -> None:
    """Plain pages, each by its address."""
    for name, path in paths.items():
        shots.open(path)
        shots.take(name)


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
            student_steps(student)
            week_view(student)
            pages(camera(browser, size, address, "a mentor"), MENTOR)
            pages(camera(browser, size, address, "an administrator"), ADMIN)
        browser.close()
    join_for_readme()


if __name__ == "__main__":
    main()
